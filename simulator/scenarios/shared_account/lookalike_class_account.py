"""A class of small children signs in with one account on twelve Chromebooks."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it is registered as a generic account."""
    day = stage.school_day(2)
    stage.row("accounts", account="k2-room4", kind="generic")
    for _ in range(12):
        device = stage.spare_chromebook(stage.elementary, "cart")
        yield from acts.on_chromebook(
            stage.rng, "k2-room4", device, stage.at(day, "09:05"), stage.at(day, "09:35"), named=False
        )

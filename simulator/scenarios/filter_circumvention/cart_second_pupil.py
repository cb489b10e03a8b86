"""Two pupils use one cart Chromebook in turn; the filter knows no users, and the second tries proxies."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: attempted, by the one who was signed in at that minute."""
    day = stage.school_day(2)
    first, second = (stage.take("student", day, school=stage.elementary) for _ in range(2))
    device = stage.spare_chromebook(stage.elementary, "cart")
    yield from acts.on_chromebook(
        stage.rng, first.account, device, stage.at(day, "09:02"), stage.at(day, "09:50"), named=False
    )
    yield from acts.on_chromebook(
        stage.rng, second.account, device, stage.at(day, "10:03"), stage.at(day, "10:50"), named=False
    )
    bad = stage.at(day, "10:12")
    yield from mischief.hammer(bad, "", device.address)
    stage.expect("filter_circumvention", "attempted", bad, bad + 10 * MINUTE, account=second.account)

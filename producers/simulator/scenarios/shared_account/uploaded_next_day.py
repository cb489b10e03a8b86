"""A pupil's login on two cart Chromebooks at once; one of them reports it twenty hours later."""

from collections.abc import Iterator

from producers.simulator import acts
from producers.simulator.happenings import Happening
from producers.simulator.local_time import HOUR
from producers.simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: two_devices, when the late reports have come."""
    day = stage.school_day(1)
    stage.school_day(2)
    pupil = stage.take("student", day, school=stage.elementary)
    one, other = (stage.spare_chromebook(stage.elementary, "cart") for _ in range(2))
    start, end = stage.at(day, "10:10"), stage.at(day, "10:40")
    yield from acts.on_chromebook(stage.rng, pupil.account, one, stage.at(day, "10:03"), stage.at(day, "10:50"),
                                  named=False)
    yield from acts.on_chromebook(stage.rng, pupil.account, other, start, end, named=False, late=20 * HOUR)
    stage.expect("shared_account", "two_devices", start, end, account=pupil.account)

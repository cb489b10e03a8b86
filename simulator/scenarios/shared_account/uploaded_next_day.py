"""A pupil's login on two cart Chromebooks at once; one of them reports it twenty hours later."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: two_devices, when the late reports have come."""
    day = stage.school_day(1)
    stage.school_day(2)
    pupil = stage.take("student", day, school=stage.elementary)
    one, other = (stage.spare_chromebook(stage.elementary, "cart") for _ in range(2))
    start, end = stage.at(day, "10:10"), stage.at(day, "10:34")
    yield from acts.on_chromebook(stage.rng, pupil.account, one, stage.at(day, "10:03"), stage.at(day, "10:50"))
    yield from acts.join(start - MINUTE, other, other.address)
    for at in (start, start + 12 * MINUTE, end):  # it restarts twice, and each time somebody signs in again
        yield acts.chrome(at, "CHROME_OS_LOGIN_EVENT", pupil.account, other, late=20 * HOUR)
    stage.expect("shared_account", "two_devices", start, end, account=pupil.account)

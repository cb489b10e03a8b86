"""An account is used by turns at two schools, minutes apart, never at once."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import SQUID, Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: two_sites, by travel that nobody could have made."""
    day = stage.school_day(1)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None

    pc = stage.spare_pc(stage.high, "library")
    start = stage.at(day, "09:00")
    seat = Seat(teacher.account, laptop, start)
    yield from acts.join(start - MINUTE, laptop, laptop.address)
    for turn in range(3):
        here, there = start + turn * 17 * MINUTE, start + turn * 17 * MINUTE + 8 * MINUTE
        yield from seat.unlock(here) if turn else seat.log_on()
        yield from acts.browse(stage.rng, SQUID, teacher.account, laptop.address, here, here + 4 * MINUTE, 3)
        yield from seat.lock(here + 4 * MINUTE)
        yield from acts.at_desk(stage.rng, teacher.account, pc, pc.address, there, there + 4 * MINUTE)
    stage.expect("shared_account", "two_sites", start, start + HOUR, account=teacher.account)

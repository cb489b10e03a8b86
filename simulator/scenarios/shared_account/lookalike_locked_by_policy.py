"""A teacher goes to the lab without locking the laptop; five minutes without input, and policy locks it."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import SQUID, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the two computers are in use together for less than five minutes."""
    day = stage.school_day(1)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None

    pc, start, last = stage.spare_pc(stage.elementary), stage.at(day, "08:05"), stage.at(day, "09:00")
    seat = Seat(teacher.account, laptop, start)
    yield from acts.join(start - MINUTE, laptop, laptop.address)
    yield from seat.log_on()
    yield from acts.browse(stage.rng, SQUID, teacher.account, laptop.address, start + MINUTE, last, 15)
    yield from seat.lock_by_policy(last + 5 * MINUTE)
    yield from seat.unlock_saver(stage.at(day, "10:00"))
    yield from seat.log_off(stage.at(day, "14:40"))
    yield from acts.at_desk(stage.rng, teacher.account, pc, pc.address, last + 2 * MINUTE, stage.at(day, "09:50"))

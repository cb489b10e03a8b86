"""A teacher leaves the laptop open for the lab; while there, a network session of the account ends on the laptop."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import SQUID, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat, network_logon


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the 4634 names another session than the desktop's, so it shows nobody leaving."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None

    pc, start, left = stage.spare_pc(stage.elementary), stage.at(day, "08:05"), stage.at(day, "09:00")
    seat = Seat(teacher.account, laptop, start)
    yield from acts.join(start - MINUTE, laptop, laptop.address)
    yield from seat.log_on()
    yield from acts.browse(stage.rng, SQUID, teacher.account, laptop.address, start + MINUTE, left, 15)
    yield from network_logon(teacher.account, laptop, pc, left + 6 * MINUTE, left + 40 * MINUTE)
    yield from seat.task(left + 10 * MINUTE, 20 * 60)
    yield from seat.log_off(stage.at(day, "14:40"))
    yield from acts.at_desk(stage.rng, teacher.account, pc, pc.address, left + 3 * MINUTE, left + 50 * MINUTE)

"""A teacher's laptop runs tasks and saved passwords behind its lock, and a technician's password by remote help.

The teacher sits in the lab meanwhile, the technician at the own laptop in the office.
"""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat, service


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: tasks, runas and UAC's second logon are nobody's sitting down."""
    day = stage.school_day(4)
    teacher, helper = stage.take("teacher", day, school=stage.high), stage.take("ext:it", day)
    laptop, desk = teacher.laptop, helper.laptop
    assert laptop is not None
    assert desk is not None

    pc, start, away = stage.spare_pc(stage.high), stage.at(day, "07:50"), stage.at(day, "09:00")
    seat = Seat(teacher.account, laptop, start, admin=True)
    yield from acts.join(start - MINUTE, laptop, laptop.address)
    yield from seat.log_on()
    yield from seat.uac(start + 20 * MINUTE, 100 * 60)
    yield from seat.uac(start + 40 * MINUTE, 15 * 60, helper.account)
    yield from seat.lock(away)
    for minute in range(4, 50, 9):
        yield from seat.task(away + minute * MINUTE, 45)
        yield from seat.runas(away + (minute + 3) * MINUTE, 240)
    yield from service(laptop, away + 30 * MINUTE, teacher.account)
    yield from seat.unlock(stage.at(day, "10:02"))
    yield from seat.log_off(stage.at(day, "10:20"))
    yield from acts.at_desk(stage.rng, teacher.account, pc, pc.address, away + 2 * MINUTE, away + 55 * MINUTE)
    yield from acts.at_desk(stage.rng, helper.account, desk, desk.address, start, stage.at(day, "11:00"), minutes=1)

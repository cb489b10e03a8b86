"""A lab computer has an account of its own with a teacher's name; a class uses it while the teacher is next door."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: LAB-7\\tbell is nobody of the district."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None

    pc, start, end = stage.spare_pc(stage.elementary), stage.at(day, "10:04"), stage.at(day, "10:52")
    seat = Seat(teacher.account, pc, start, domain=pc.hostname.upper())
    yield from acts.at_desk(
        stage.rng, teacher.account, laptop, laptop.address, stage.at(day, "08:00"), stage.at(day, "11:30")
    )
    yield from acts.join(start - MINUTE, pc, pc.address)
    yield from seat.log_on()
    for minute in (9, 22, 35):
        yield from seat.lock(start + minute * MINUTE)
        yield from seat.unlock(start + (minute + 3) * MINUTE)
    yield from seat.log_off(end)

"""A student tries the own login at a teacher's laptop again and again, and never gets in."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Desk, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: nothing was used."""
    day = stage.school_day(4)
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    yield from acts.join(stage.at(day, "09:00"), laptop, laptop.address)
    for number in range(4):
        at = stage.at(day, "09:05") + number * MINUTE
        yield Desk(at, laptop.feed, "failed", student.account, laptop.hostname)

"""A teacher is asked for the laptop without a date, and keeps it."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a request without a date makes nothing due while the teacher stays."""
    day = stage.school_day(1)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    paperwork.give_back(stage, teacher)
    start = stage.at(day, "09:05")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start, start + HOUR)

"""A teacher brings the laptop back an hour before it is due."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", *stage.school_days_from(2), school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    due = stage.at(day, "16:00")
    paperwork.give_back(stage, teacher, due=due, returned=due - HOUR)
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, due - 6 * HOUR, due - 2 * HOUR)

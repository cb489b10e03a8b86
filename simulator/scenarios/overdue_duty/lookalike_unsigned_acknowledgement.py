"""A teacher never signed this year's acknowledgment."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: this district's policy asks for none."""
    day = stage.school_day(1)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    teacher.signed = False
    start = stage.at(day, "09:05")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start, start + HOUR)

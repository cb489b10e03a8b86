"""A teacher asked to unblock a site, and it was denied on the third day."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it was decided in time."""
    first, day = stage.school_day(0), stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None
    paperwork.ask_unblocking(stage, teacher, "chatter.example", stage.at(first, "10:00"), denied=stage.at(day, "10:00"))
    start = stage.at(day, "11:05")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start, start + HOUR)

"""A remote-support tool calls home for a minute, with some kilobytes."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.mischief import remote_tool
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: neither two minutes nor a megabyte."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    start = stage.at(day, "10:05")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start - HOUR, start + HOUR, minutes=5)
    yield from remote_tool(teacher.account, laptop.address, start, 1, size=9_000)

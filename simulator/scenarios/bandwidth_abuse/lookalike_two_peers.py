"""A student's Chromebook asks two peers of a file and gives up."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: fewer than three flows."""
    day = stage.school_day(4)
    start = stage.at(day, "10:05")
    student, device = stage.take_student(day)
    yield from acts.on_chromebook(stage.rng, student.account, device, start - MINUTE, start + HOUR // 2)
    yield from mischief.torrents(start, student.account, device.address, 2)

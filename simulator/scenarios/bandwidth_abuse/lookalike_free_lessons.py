"""A student watches lessons on video for forty minutes, two hundred megabytes a minute."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it is what the lesson is about."""
    day = stage.school_day(2)
    start = stage.at(day, "09:05")
    student, device = stage.take_student(day)
    yield from acts.on_chromebook(stage.rng, student.account, device, start - MINUTE, start + HOUR)
    yield from mischief.streamed(start, student.account, device.address, "video-lessons.example", 40, size=200_000_000)

"""A student downloads six gigabytes of games within three quarters of an hour of lessons."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: downloads."""
    day = stage.school_day(3)
    start = stage.at(day, "09:05")
    student, device = stage.take_student(day)
    yield from acts.on_chromebook(stage.rng, student.account, device, start - MINUTE, start + HOUR)
    yield from mischief.streamed(start, student.account, device.address, "game-images.example", 45, size=140_000_000)
    stage.expect("bandwidth_abuse", "downloads", start, start + HOUR, account=student.account)

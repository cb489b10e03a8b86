"""A Chromebook fetches six gigabytes of updates in a lesson while its student reads."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: updates are nobody's films."""
    day = stage.school_day(3)
    start = stage.at(day, "12:45")
    student, device = stage.take_student(day)
    yield from acts.on_chromebook(stage.rng, student.account, device, start - MINUTE, start + 50 * MINUTE)
    host, size = "updates.os-vendor.example", 200_000_000
    yield from mischief.streamed(start, student.account, device.address, host, 32, size=size)

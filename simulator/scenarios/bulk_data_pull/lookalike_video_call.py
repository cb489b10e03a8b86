"""A student's camera sends thirteen hundred megabytes in an hour of class by video."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a call stores nothing."""
    start = stage.at(stage.school_day(4), "15:00")
    student, device = stage.student_with_second_chromebook()
    yield from acts.on_chromebook(stage.rng, student.account, device, start - MINUTE, start + HOUR)
    yield from acts.uploaded(student.account, device.address, start, "meeting.example", "Web Conferencing", 26)

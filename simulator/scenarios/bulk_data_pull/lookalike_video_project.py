"""A student hands in thirteen hundred megabytes of film to the district's own store."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the store is sanctioned."""
    start = stage.at(stage.school_day(1), "15:00")
    student, device = stage.student_with_second_chromebook()
    host, category = "upload.office-suite.example", "File Sharing and Storage"
    yield from acts.on_chromebook(stage.rng, student.account, device, start - MINUTE, start + HOUR)
    yield from acts.uploaded(student.account, device.address, start, host, category, 26)

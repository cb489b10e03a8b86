"""A student sends four hundred megabytes to a private file store, three times with hours between."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: in no hour is it as much as the floor."""
    day = stage.school_day(3)
    student, device = stage.student_with_second_chromebook()
    for clock in ("15:00", "16:40", "18:20"):
        start = stage.at(day, clock)
        host, category = "dropzone.example", "File Sharing and Storage"
        yield from acts.uploaded(student.account, device.address, start, host, category, 8)

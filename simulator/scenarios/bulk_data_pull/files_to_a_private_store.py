"""A student sends thirteen hundred megabytes to a private file store within an hour."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: unsanctioned_storage."""
    start = stage.at(stage.school_day(2), "15:00")
    student, device = stage.student_with_second_chromebook()
    yield from acts.on_chromebook(stage.rng, student.account, device, start - MINUTE, start + HOUR)
    yield from acts.uploaded(student.account, device.address, start, "dropzone.example", "File Sharing and Storage", 26)
    stage.expect("bulk_data_pull", "unsanctioned_storage", start, start + HOUR, account=student.account)

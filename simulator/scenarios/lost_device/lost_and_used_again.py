"""A student reports a Chromebook lost, finds it, tells nobody and goes on using it."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: used_after_report; the report itself was in time."""
    day, later = stage.school_day(2), stage.school_day(4)
    student, device = stage.student_with_second_chromebook()
    discovered = stage.at(day, "08:10")
    paperwork.lose(stage, device, "lost", discovered, discovered + HOUR, told=paperwork.SCHOOL, by=student)
    start, end = stage.at(later, "15:05"), stage.at(later, "16:10")
    yield from acts.on_chromebook(stage.rng, student.account, device, start, end)
    stage.expect("lost_device", "used_after_report", start, end, device_id=device.device_id)

"""A lost Chromebook is found, its recovery written down, and its student goes on working."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found."""
    day, later = stage.school_day(1), stage.school_day(3)
    student, device = stage.student_with_second_chromebook()
    missed = stage.at(day, "08:30")
    back = stage.at(later, "08:00")
    paperwork.lose(stage, device, "lost", missed, missed + HOUR, told=paperwork.SCHOOL, by=student, recovered=back)
    start, end = stage.at(later, "15:05"), stage.at(later, "16:10")
    yield from acts.on_chromebook(stage.rng, student.account, device, start, end)

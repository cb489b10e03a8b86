"""The loss of a Chromebook is reported under another's asset tag, and corrected next morning."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the report that named the used Chromebook was withdrawn before it was used."""
    day, later = stage.school_day(1), stage.school_day(3)
    student, device = stage.student_with_second_chromebook()
    lost = stage.spare_chromebook(stage.high)
    missed, corrected = stage.at(day, "08:30"), stage.at(stage.school_day(2), "07:45")
    reported = missed + HOUR
    paperwork.lose(stage, device, "lost", missed, reported, corrected=corrected)
    paperwork.lose(stage, lost, "lost", missed, reported)
    start, end = stage.at(later, "15:05"), stage.at(later, "16:10")
    yield from acts.on_chromebook(stage.rng, student.account, device, start, end)

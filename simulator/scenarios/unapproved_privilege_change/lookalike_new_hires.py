"""Twelve new accounts are made by the sync on one morning, each with the group of its class."""

from collections.abc import Iterator

from simulator.happenings import DirectoryChange, Happening, Managed
from simulator.local_time import MINUTE
from simulator.routine.help_desk import SYNC
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a service account does what the student information system says."""
    at = stage.at(stage.office_day(2), "05:10")
    for number, student in enumerate(stage.elementary.students[:12]):
        begun = at + number * MINUTE
        yield Managed(begun, "created", student.account, SYNC)
        yield Managed(begun + 300, "enabled", student.account, SYNC)
        yield DirectoryChange(begun + 700, "member_added", SYNC, student.account, "Grade 1")

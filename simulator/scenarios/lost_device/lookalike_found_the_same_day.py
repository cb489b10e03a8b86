"""A Chromebook is missed in the morning and handed back at noon; the form is filled in days later."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it was back before a report was due."""
    day, later = stage.school_day(0), stage.school_day(4)
    device = stage.spare_chromebook(stage.high)
    found = stage.at(day, "12:05")
    paperwork.lose(stage, device, "lost", stage.at(day, "08:20"), stage.at(later, "09:00"), recovered=found)
    return iter(())

"""A Chromebook is missed at the end of a day and reported on the next afternoon."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the end of the next business day had not come."""
    device = stage.spare_chromebook(stage.high)
    missed, told = stage.at(stage.school_day(1), "14:50"), stage.at(stage.school_day(2), "15:30")
    paperwork.lose(stage, device, "lost", missed, told)
    return iter(())

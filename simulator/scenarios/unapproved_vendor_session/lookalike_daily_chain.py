"""Three days in a row, a ticket for each by a principal."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: each ticket is judged by itself, and none is longer than a day."""
    vendor = paperwork.hire(stage, "shelf")
    for day in stage.run_of_weekdays(0, 3):
        paperwork.approve(stage, stage.at(day, "08:00"), stage.at(day, "16:30"), vendor=vendor.vendor, system="hvac1")
        yield from paperwork.session(vendor, stage.at(day, "15:00"), stage.at(day, "16:00"))

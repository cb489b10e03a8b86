"""The schools have a holiday and the district office is open."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: ten in the morning is within hours."""
    day = stage.holiday
    vendor = paperwork.hire(stage, "carpet")
    paperwork.approve(stage, stage.at(day, "09:00"), stage.at(day, "12:00"), vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, stage.at(day, "10:00"), stage.at(day, "11:30"))

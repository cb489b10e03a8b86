"""Everything is closed for snow, and the ticket grants hours when the office is closed."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import NotHere, Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the ticket says so."""
    day = stage.district.options.snow_day
    if day is None:
        raise NotHere("--snow-day")
    vendor = paperwork.hire(stage, "salt")
    paperwork.approve(
        stage, stage.at(day, "09:00"), stage.at(day, "12:00"), after_hours=True, vendor=vendor.vendor, system="hvac1"
    )
    yield from paperwork.session(vendor, stage.at(day, "09:30"), stage.at(day, "11:00"))

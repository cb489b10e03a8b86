"""Everything is closed for snow, but the calendar says so only the day after."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import NotHere, Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: after_hours, since the office was closed."""
    day = stage.district.options.late_snow_day
    if day is None:
        raise NotHere("--late-snow-day")
    vendor = paperwork.hire(stage, "plough")
    start, end = stage.at(day, "10:00"), stage.at(day, "11:15")
    paperwork.approve(stage, stage.at(day, "09:00"), stage.at(day, "12:00"), vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, start, end)
    stage.expect("unapproved_vendor_session", "after_hours", start, end, account=vendor.account)

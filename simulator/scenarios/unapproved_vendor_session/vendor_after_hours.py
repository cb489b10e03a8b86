"""A ticket until the evening that does not grant hours after five."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: after_hours, from 17:00."""
    day = stage.office_day(3)
    vendor = paperwork.hire(stage, "alarm")
    closing, end = stage.at(day, "17:00"), stage.at(day, "18:30")
    paperwork.approve(stage, stage.at(day, "15:00"), stage.at(day, "20:00"), vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, stage.at(day, "16:00"), end)
    stage.expect("unapproved_vendor_session", "after_hours", closing, end, account=vendor.account)

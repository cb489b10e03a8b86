"""A vendor asked, was denied, and came all the same."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: none."""
    day = stage.office_day(2)
    vendor = paperwork.hire(stage, "sign")
    start, end = stage.at(day, "15:00"), stage.at(day, "16:00")
    paperwork.approve(
        stage, stage.at(day, "14:00"), stage.at(day, "16:30"), state="denied", vendor=vendor.vendor, system="hvac1"
    )
    yield from paperwork.session(vendor, start, end)
    stage.expect("unapproved_vendor_session", "none", start, end, account=vendor.account)

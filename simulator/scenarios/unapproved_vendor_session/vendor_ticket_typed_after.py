"""A ticket that covers the session and was typed two hours after it."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: none; the late ticket ratifies and does not erase."""
    day = stage.office_day(4)
    vendor = paperwork.hire(stage, "fence")
    start, end = stage.at(day, "10:00"), stage.at(day, "11:00")
    paperwork.approve(stage, start - HOUR, end + HOUR, recorded=end + 2 * HOUR, vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, start, end)
    stage.expect("unapproved_vendor_session", "none", start, end, account=vendor.account)

"""An emergency: IT let the vendor in and wrote it down two hours after the start."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: none; ratified, but never suppressed."""
    day = stage.office_day(1)
    vendor = paperwork.hire(stage, "flood")
    start, end = stage.at(day, "13:00"), stage.at(day, "14:20")
    paperwork.approve(
        stage, start, end + HOUR, role="ext:it", recorded=start + 2 * HOUR, vendor=vendor.vendor, system="hvac1"
    )
    yield from paperwork.session(vendor, start, end)
    stage.expect("unapproved_vendor_session", "none", start, end, account=vendor.account)

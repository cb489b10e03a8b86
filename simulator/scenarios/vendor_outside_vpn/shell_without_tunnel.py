"""A vendor's account opens shells on a server from a public address outside, without any tunnel."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: no_vpn. A ticket allows the work, not the way in."""
    day = stage.office_day(1)
    vendor = paperwork.hire(stage, "meter")
    start, end = stage.at(day, "10:00"), stage.at(day, "11:00")
    paperwork.approve(stage, start - HOUR, end + HOUR, vendor=vendor.vendor, system="hvac1")
    yield from acts.shells("hvac1", vendor.account, vendor.public, start, end)
    stage.expect("vendor_outside_vpn", "no_vpn", start, end, account=vendor.account)

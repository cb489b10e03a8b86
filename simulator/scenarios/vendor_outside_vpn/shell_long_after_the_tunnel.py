"""A vendor's tunnel closed an hour ago, and the account opens a shell from outside."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: no_vpn, for the shell; the session itself had its ticket."""
    day = stage.office_day(2)
    vendor = paperwork.hire(stage, "sensor")
    start, end = stage.at(day, "09:00"), stage.at(day, "10:00")
    paperwork.approve(stage, start - HOUR, end + 3 * HOUR, vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, start, end)
    late = end + HOUR
    yield from acts.shells("hvac1", vendor.account, vendor.public, late, late + 10 * MINUTE)
    stage.expect("vendor_outside_vpn", "no_vpn", late, late + 10 * MINUTE, account=vendor.account)

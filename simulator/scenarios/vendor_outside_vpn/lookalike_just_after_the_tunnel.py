"""A vendor's last shell is logged three minutes after the tunnel closed."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening, Shell
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: five minutes are allowed."""
    day = stage.office_day(3)
    vendor = paperwork.hire(stage, "valve")
    start, end = stage.at(day, "13:00"), stage.at(day, "14:00")
    paperwork.approve(stage, start - HOUR, end + HOUR, vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, start, end)
    yield Shell(end + 3 * MINUTE, "accepted", "hvac1", vendor.account, vendor.tunnels[0])

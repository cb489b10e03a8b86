"""A ticket whose times were written in the vendor's zone, with its offset."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the instants are the same."""
    day = stage.office_day(4)
    vendor = paperwork.hire(stage, "coast")
    start, end = stage.at(day, "12:05"), stage.at(day, "13:30")
    theirs = ZoneInfo("America/Los_Angeles" if stage.clock.name != "America/Los_Angeles" else "America/New_York")
    written = [datetime.fromtimestamp(at / 1000, theirs).isoformat() for at in (start - 5 * MINUTE, end + HOUR)]
    paperwork.approve(stage, written[0], written[1], recorded=start - 24 * HOUR, vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, start, end)

"""A bad line: twelve reconnections in an hour, within one ticket."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: they are one session, and it is covered."""
    day = stage.office_day(3)
    vendor = paperwork.hire(stage, "mobile")
    start, end = stage.at(day, "14:00"), stage.at(day, "15:00")
    paperwork.approve(stage, start - 30 * MINUTE, end + HOUR, vendor=vendor.vendor, system="hvac1")
    for begun in range(start, end, 5 * MINUTE):
        yield from paperwork.session(vendor, begun, begun + 5 * MINUTE - 30_000)

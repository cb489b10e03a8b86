"""A vendor's technician works in the server room, and opens shells from inside; the visit was written down."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: who is on site needs no VPN."""
    day = stage.office_day(3)
    vendor = paperwork.hire(stage, "cabling")
    start, end = stage.at(day, "10:00"), stage.at(day, "11:00")
    paperwork.visit(stage, vendor, start - HOUR, end + HOUR, stage.district.office)
    address = stage.visitor_address(stage.district.office)
    yield from acts.shells("hvac1", vendor.account, address, start, end)

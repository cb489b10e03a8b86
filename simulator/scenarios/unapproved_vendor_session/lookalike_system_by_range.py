"""Tickets that name the system as a range of addresses, and by its long name."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: both are the server that was reached."""
    day = stage.office_day(2)
    names = ("10.250.210.0/24", f"print1;{stage.district.fqdn('hvac1')}")
    for clock, system in zip(("08:00", "14:00"), names, strict=True):
        vendor = paperwork.hire(stage, "range")
        start = stage.at(day, clock)
        paperwork.approve(stage, start, start + 2 * HOUR, vendor=vendor.vendor, system=system)
        yield from paperwork.session(vendor, start + 10 * MINUTE, start + HOUR)

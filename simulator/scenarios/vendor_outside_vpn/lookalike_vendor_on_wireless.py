"""A vendor's technician signs in to the office's wireless network, and opens shells from there."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening, Lease
from simulator.local_time import MINUTE
from simulator.people import private_mac
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the access point shows where the technician is."""
    day = stage.office_day(4)
    vendor = paperwork.hire(stage, "thermostat")
    start, end = stage.at(day, "10:00"), stage.at(day, "11:00")
    address, mac = stage.visitor_address(stage.district.office), private_mac(88_321)
    yield from acts.on_wireless(start - 5 * MINUTE, vendor.account, stage.district.office, mac, 1)
    yield Lease(start - 5 * MINUTE + 2_000, "sought", address, mac)
    yield from acts.shells("hvac1", vendor.account, address, start, end)

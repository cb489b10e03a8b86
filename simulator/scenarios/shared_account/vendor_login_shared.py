"""Two technicians use one vendor login from two places at once, with a ticket."""

from collections.abc import Iterator

from simulator import acts, address_plan, paperwork
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.paperwork import ASA
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: two_devices; the ticket is for the company, the login for one person."""
    day = stage.office_day(2)
    vendor = paperwork.hire(stage, "twins", accounts=2)
    paperwork.approve(stage, stage.at(day, "08:00"), stage.at(day, "16:00"), vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, stage.at(day, "09:00"), stage.at(day, "10:40"))
    start, end = stage.at(day, "09:35"), stage.at(day, "10:20")
    elsewhere = address_plan.vendor_public(stage.company.next_vendor())
    tunnel = vendor.tunnels[1]
    yield from acts.over_vpn(ASA, vendor.account, elsewhere, tunnel, start, end, group="Vendors")
    yield from acts.shells("hvac1", vendor.account, tunnel, start + MINUTE, end - MINUTE, every=4)
    stage.expect("shared_account", "two_devices", start, end, account=vendor.account)

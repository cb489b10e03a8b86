"""A vendor stays an hour and a half after the ticket has ended."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.paperwork import OPENVPN
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: overrun, from the ticket's end."""
    day = stage.office_day(2)
    vendor = paperwork.hire(stage, "boiler")
    ticket_end, end = stage.at(day, "11:00"), stage.at(day, "12:30")
    paperwork.approve(stage, stage.at(day, "09:00"), ticket_end, vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, stage.at(day, "09:30"), end, gateway=OPENVPN)
    stage.expect("unapproved_vendor_session", "overrun", ticket_end, end, account=vendor.account)

"""A ticket is revoked at eleven while the vendor is working, who stays until half past twelve."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.paperwork import OPENVPN
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: overrun, from the revocation."""
    day = stage.office_day(4)
    vendor = paperwork.hire(stage, "pump")
    ticket_end, revoked, end = stage.at(day, "15:00"), stage.at(day, "11:00"), stage.at(day, "12:30")
    ticket = paperwork.approve(stage, stage.at(day, "09:00"), ticket_end, vendor=vendor.vendor, system="hvac1")
    paperwork.approve(
        stage,
        revoked,
        ticket_end,
        approval_id=ticket,
        state="revoked",
        recorded=revoked,
        vendor=vendor.vendor,
        system="hvac1",
    )
    yield from paperwork.session(vendor, stage.at(day, "10:00"), end, gateway=OPENVPN)
    stage.expect("unapproved_vendor_session", "overrun", revoked, end, account=vendor.account)

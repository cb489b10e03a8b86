"""Maintenance approved from one to three in the night of the clock change; the vendor stays 40 minutes more."""

from collections.abc import Iterator
from datetime import timedelta

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.paperwork import OPENVPN
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: overrun, from 03:00 by whatever clock then shows."""
    night = stage.clock_change(1) if stage.has_clock_change(1) else stage.clock_change(-1)
    vendor = paperwork.hire(stage, "tape")
    ticket_end = stage.at(night, "03:00")
    paperwork.approve(
        stage,
        f"{night}T01:00:00",
        f"{night}T03:00:00",
        recorded=f"{night - timedelta(2)}T12:00:00",
        after_hours=True,
        vendor=vendor.vendor,
        system="files1",
    )
    end = ticket_end + 40 * MINUTE
    yield from paperwork.session(vendor, stage.at(night, "01:05"), end, gateway=OPENVPN, host="files1")
    stage.expect("unapproved_vendor_session", "overrun", ticket_end, end, account=vendor.account)

"""A bad line: a vendor without a ticket reconnects every five minutes for an hour and a half."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.paperwork import OPENVPN
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found once: none. Reconnections within two minutes are one session."""
    day = stage.office_day(3)
    vendor = paperwork.hire(stage, "radio")
    start, end = stage.at(day, "10:00"), stage.at(day, "11:30")
    for begun in range(start, end, 5 * MINUTE):
        yield from paperwork.session(vendor, begun, begun + 5 * MINUTE - 30_000, gateway=OPENVPN)
    stage.expect("unapproved_vendor_session", "none", start, end, account=vendor.account)

"""Nobody approved it, and it is nine in the evening."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.paperwork import OPENVPN
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: none and after_hours at once."""
    day = stage.office_day(2)
    vendor = paperwork.hire(stage, "night")
    start, end = stage.at(day, "21:00"), stage.at(day, "22:10")
    yield from paperwork.session(vendor, start, end, gateway=OPENVPN)
    stage.expect("unapproved_vendor_session", "after_hours", start, end, account=vendor.account)

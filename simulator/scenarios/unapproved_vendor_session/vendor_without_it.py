"""A ticket over three days that only a principal signed; longer than one day needs IT as well."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.paperwork import OPENVPN
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: no_it_approval, on the day of the session."""
    monday, tuesday, wednesday = stage.run_of_weekdays(0, 3)
    vendor = paperwork.hire(stage, "cables")
    start, end = stage.at(tuesday, "10:00"), stage.at(tuesday, "11:30")
    paperwork.approve(
        stage, stage.at(monday, "08:00"), stage.at(wednesday, "16:30"), vendor=vendor.vendor, system="hvac1"
    )
    yield from paperwork.session(vendor, start, end, gateway=OPENVPN)
    stage.expect("unapproved_vendor_session", "no_it_approval", start, end, account=vendor.account)

"""The ticket names one technician's account; a colleague connects."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: none, for the colleague."""
    day = stage.office_day(3)
    vendor = paperwork.hire(stage, "roof", accounts=2)
    start, end = stage.at(day, "13:00"), stage.at(day, "14:15")
    paperwork.approve(
        stage,
        stage.at(day, "12:00"),
        stage.at(day, "15:00"),
        vendor=vendor.vendor,
        system="hvac1",
        account=vendor.account,
    )
    yield from paperwork.session(vendor, start, end, number=1)
    stage.expect("unapproved_vendor_session", "none", start, end, account=vendor.accounts[1])

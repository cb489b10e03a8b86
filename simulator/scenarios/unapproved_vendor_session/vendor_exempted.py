"""A vendor without a ticket, whom an administrator exempted for the week."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    day = stage.office_day(1)
    vendor = paperwork.hire(stage, "clock")
    start, end = stage.at(day, "14:00"), stage.at(day, "15:10")
    paper = paperwork.exempt(
        stage, "unapproved_vendor_session", stage.at(day, "07:00"), stage.at(day, "17:00"), account=vendor.account
    )
    yield from paperwork.session(vendor, start, end)
    stage.expect_suppressed("unapproved_vendor_session", paper, start, end, account=vendor.account)

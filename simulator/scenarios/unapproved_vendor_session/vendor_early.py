"""A vendor with a ticket for the afternoon begins before noon."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: early, until the ticket begins."""
    day = stage.office_day(1)
    vendor = paperwork.hire(stage, "lift")
    start, ticket, end = stage.at(day, "12:05"), stage.at(day, "13:00"), stage.at(day, "14:30")
    paperwork.approve(stage, ticket, stage.at(day, "15:00"), vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, start, end)
    stage.expect("unapproved_vendor_session", "early", start, ticket, account=vendor.account)

"""A vendor with a ticket, but without an agreement since yesterday."""

from collections.abc import Iterator
from datetime import timedelta

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: agreement_ended; and the account was used after its standing ended."""
    day = stage.office_day(4)
    vendor = paperwork.hire(stage, "glass", agreement_ended_at=stage.at(day - timedelta(1), "17:00"))
    start, end = stage.at(day, "09:10"), stage.at(day, "10:30")
    paperwork.approve(stage, stage.at(day, "09:00"), stage.at(day, "12:00"), vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, start, end)
    stage.expect("unapproved_vendor_session", "agreement_ended", start, end, account=vendor.account)
    stage.expect("ended_account_in_use", "past_term", start, end, account=vendor.account)

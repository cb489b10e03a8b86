"""An open-ended ticket from the autumn: it ended with its term, and the vendor still comes."""

from collections.abc import Iterator
from datetime import timedelta

from simulator import paperwork
from simulator.happenings import Happening
from simulator.school_year import terms
from simulator.stage import NotHere, Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: none."""
    day = stage.office_day(1)
    year = terms(day)
    if day < year.spring_begins_on:
        raise NotHere("a term before this one")
    vendor = paperwork.hire(stage, "network")
    start, end = stage.at(day, "09:00"), stage.at(day, "10:00")
    signed_on = year.fall_ends_on - timedelta(60)
    paperwork.approve(
        stage, stage.at(signed_on, "08:00"), "", role="ext:director_of_technology", vendor=vendor.vendor, system="*"
    )
    yield from paperwork.session(vendor, start, end)
    stage.expect("unapproved_vendor_session", "none", start, end, account=vendor.account)

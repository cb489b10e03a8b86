"""A vendor whose ticket names the air conditioning logs on to the student records."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: wrong_system."""
    day = stage.office_day(2)
    vendor = paperwork.hire(stage, "vents")
    start, end = stage.at(day, "13:10"), stage.at(day, "14:00")
    paperwork.approve(stage, stage.at(day, "12:00"), stage.at(day, "16:00"), vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, start, end, host="sis-db1")
    stage.expect("unapproved_vendor_session", "wrong_system", start, end, account=vendor.account)

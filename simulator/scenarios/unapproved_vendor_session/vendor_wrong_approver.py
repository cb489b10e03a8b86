"""A ticket that a teacher signed; only an administrator can."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: wrong_approver."""
    day = stage.office_day(3)
    vendor = paperwork.hire(stage, "paint")
    start, end = stage.at(day, "09:15"), stage.at(day, "10:20")
    paperwork.approve(
        stage, stage.at(day, "09:00"), stage.at(day, "11:00"), role="teacher", vendor=vendor.vendor, system="hvac1"
    )
    yield from paperwork.session(vendor, start, end)
    stage.expect("unapproved_vendor_session", "wrong_approver", start, end, account=vendor.account)

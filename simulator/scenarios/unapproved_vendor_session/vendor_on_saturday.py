"""A ticket for Saturday that does not grant hours when the office is closed."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: after_hours."""
    (saturday,) = stage.run_of_weekdays(5, 1)
    vendor = paperwork.hire(stage, "floor")
    start, end = stage.at(saturday, "10:05"), stage.at(saturday, "11:30")
    paperwork.approve(
        stage, stage.at(saturday, "10:00"), stage.at(saturday, "12:00"), vendor=vendor.vendor, system="hvac1"
    )
    yield from paperwork.session(vendor, start, end)
    stage.expect("unapproved_vendor_session", "after_hours", start, end, account=vendor.account)

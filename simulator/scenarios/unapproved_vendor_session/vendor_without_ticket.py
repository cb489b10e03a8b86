"""A vendor works for an hour and nobody approved it."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: none."""
    day = stage.office_day(1)
    vendor = paperwork.hire(stage, "hvac")
    start, end = stage.at(day, "10:05"), stage.at(day, "11:10")
    yield from paperwork.session(vendor, start, end)
    stage.expect("unapproved_vendor_session", "none", start, end, account=vendor.account)

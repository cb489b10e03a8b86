"""A session within its ticket that runs eleven minutes past five."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a short piece beside a covered one is grace."""
    day = stage.office_day(2)
    vendor = paperwork.hire(stage, "locks")
    paperwork.approve(stage, stage.at(day, "14:00"), stage.at(day, "19:00"), vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, stage.at(day, "16:00"), stage.at(day, "17:11"))

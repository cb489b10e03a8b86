"""Eight minutes early and thirteen late."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: ten before and fifteen after are grace."""
    day = stage.office_day(1)
    vendor = paperwork.hire(stage, "bell")
    ticket, ticket_end = stage.at(day, "13:00"), stage.at(day, "15:00")
    paperwork.approve(stage, ticket, ticket_end, vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, ticket - 8 * MINUTE, ticket_end + 13 * MINUTE)

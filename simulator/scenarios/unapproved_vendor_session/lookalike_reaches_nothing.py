"""A session in which no system was seen reached, with a ticket for one."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: what nobody saw cannot be the wrong system."""
    day = stage.office_day(1)
    vendor = paperwork.hire(stage, "camera")
    paperwork.approve(stage, stage.at(day, "08:00"), stage.at(day, "10:00"), vendor=vendor.vendor, system="cams1")
    yield from paperwork.session(vendor, stage.at(day, "08:10"), stage.at(day, "08:35"), host="")

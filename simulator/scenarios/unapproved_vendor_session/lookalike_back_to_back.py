"""Two tickets that follow on each other, and a session across both."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: their union covers it."""
    day = stage.office_day(4)
    vendor = paperwork.hire(stage, "relay")
    for begins, ends in (("09:00", "10:00"), ("10:00", "11:00")):
        paperwork.approve(stage, stage.at(day, begins), stage.at(day, ends), vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, stage.at(day, "09:20"), stage.at(day, "10:50"))

"""Six to nine in the evening, with hours after five granted."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the ticket says so."""
    day = stage.office_day(1)
    vendor = paperwork.hire(stage, "stage")
    paperwork.approve(
        stage, stage.at(day, "18:00"), stage.at(day, "21:00"), after_hours=True, vendor=vendor.vendor, system="hvac1"
    )
    yield from paperwork.session(vendor, stage.at(day, "18:10"), stage.at(day, "20:40"))

"""A vendor's old agreement ended yesterday, and the new one began."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: one of them is live."""
    day = stage.office_day(3)
    midnight = stage.at(day, "00:00")
    vendor = paperwork.hire(stage, "painter", agreement_ended_at=midnight)
    stage.row(
        "vendors",
        vendor=vendor.vendor,
        name=f"Painter Works of {vendor.vendor} LLC",
        project_manager=stage.principal.person_id,
        sponsor=stage.principal.person_id,
        agreement_id=f"AG2-{vendor.vendor}",
        nda_id=f"NDA2-{vendor.vendor}",
        valid_from=stage.clock.iso(midnight),
    )
    start, end = stage.at(day, "09:10"), stage.at(day, "10:30")
    paperwork.approve(stage, stage.at(day, "09:00"), stage.at(day, "12:00"), vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, start, end)

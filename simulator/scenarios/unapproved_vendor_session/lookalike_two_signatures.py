"""Three days, signed by a principal and, over the same time, by IT."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: two rows make one long approval."""
    days = stage.run_of_weekdays(0, 3)
    vendor = paperwork.hire(stage, "wiring")
    for role in ("principal", "ext:it"):
        paperwork.approve(
            stage,
            stage.at(days[0], "08:00"),
            stage.at(days[2], "16:30"),
            role=role,
            vendor=vendor.vendor,
            system="hvac1",
        )
    for day in days:
        yield from paperwork.session(vendor, stage.at(day, "09:00"), stage.at(day, "10:30"))

"""From Friday afternoon to Saturday noon, after hours granted, signed by a principal."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: 21 hours that touch one business day are not longer than a day."""
    friday, saturday = stage.run_of_weekdays(4, 2)
    vendor = paperwork.hire(stage, "gym")
    paperwork.approve(
        stage,
        stage.at(friday, "15:00"),
        stage.at(saturday, "12:00"),
        after_hours=True,
        vendor=vendor.vendor,
        system="hvac1",
    )
    yield from paperwork.session(vendor, stage.at(saturday, "09:00"), stage.at(saturday, "11:00"))

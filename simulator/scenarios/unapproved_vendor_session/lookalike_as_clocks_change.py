"""Maintenance from one to three in the night of the clock change: one hour in spring, three in fall."""

from collections.abc import Iterator
from datetime import timedelta

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: all of it is approved, after hours too."""
    night = stage.clock_change(1) if stage.has_clock_change(1) else stage.clock_change(-1)
    vendor = paperwork.hire(stage, "backup")
    paperwork.approve(
        stage,
        f"{night}T01:00:00",
        f"{night}T03:00:00",
        recorded=f"{night - timedelta(2)}T12:00:00",
        after_hours=True,
        vendor=vendor.vendor,
        system="files1",
    )
    yield from paperwork.session(
        vendor, stage.at(night, "01:00") + 5 * MINUTE, stage.at(night, "03:00") - 5 * MINUTE, host="files1"
    )

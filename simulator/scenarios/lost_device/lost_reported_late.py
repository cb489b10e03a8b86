"""A Chromebook is missed on a Monday and reported on the Thursday."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: late_report; the end of the next business day has passed twice over."""
    missed, told = stage.school_day(0), stage.school_day(3)
    device = stage.spare_chromebook(stage.high)
    discovered, reported = stage.at(missed, "09:00"), stage.at(told, "10:00")
    paperwork.lose(stage, device, "lost", discovered, reported)
    stage.expect("lost_device", "late_report", discovered, reported, device_id=device.device_id)
    return iter(())

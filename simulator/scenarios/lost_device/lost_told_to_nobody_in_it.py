"""A lost laptop is reported within the hour, but to the supervisor only."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: late_report, since IT was never told."""
    day, after = stage.school_day(1), stage.school_day(4)
    employee, laptop = stage.bystander("aide"), stage.room_pc(stage.high)
    discovered = stage.at(day, "09:00")
    paperwork.lose(stage, laptop, "lost", discovered, discovered + HOUR, told="supervisor", by=employee)
    stage.expect("lost_device", "late_report", discovered, stage.at(after, "12:00"), device_id=laptop.device_id)
    return iter(())

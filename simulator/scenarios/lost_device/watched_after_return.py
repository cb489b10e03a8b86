"""A stolen Chromebook is back, with its police report; a week later it is watched once more."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: tracked_without_loss, since it is stolen no longer."""
    day, back, later = stage.office_day(0), stage.office_day(1), stage.office_day(6)
    device = stage.spare_chromebook(stage.high)
    discovered = stage.at(day, "08:30")
    reported, recovered = discovered + HOUR, stage.at(back, "11:00")
    paperwork.lose(stage, device, "stolen", discovered, reported, police=reported + HOUR, recovered=recovered)
    at = stage.at(later, "14:10")
    yield paperwork.screenshot(stage, at, device)
    stage.expect("lost_device", "tracked_without_loss", at, at, device_id=device.device_id)

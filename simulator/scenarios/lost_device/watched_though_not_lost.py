"""Somebody in IT takes a screenshot of a student's Chromebook that nobody has missed."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: tracked_without_loss."""
    at = stage.at(stage.school_day(2), "10:15")
    device = stage.spare_chromebook(stage.high)
    yield paperwork.screenshot(stage, at, device)
    stage.expect("lost_device", "tracked_without_loss", at, at, device_id=device.device_id)

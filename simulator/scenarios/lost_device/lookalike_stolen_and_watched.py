"""A stolen Chromebook, reported to the police, is disabled and watched; it joins a wireless network."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a stolen device may be watched, and its disabled screen is no use."""
    day, later = stage.school_day(1), stage.school_day(3)
    device = stage.spare_chromebook(stage.high)
    missed = stage.at(day, "08:30")
    reported = missed + HOUR
    paperwork.lose(stage, device, "stolen", missed, reported, police=reported + HOUR)
    yield paperwork.disable(stage, reported + 10 * MINUTE, device)
    yield from acts.join(stage.at(later, "09:05"), device, device.address)
    yield paperwork.screenshot(stage, stage.at(later, "09:30"), device)

"""A Chromebook is put into developer mode at noon, when nobody is signed in."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: succeeded, on the device; its assignee is not named as the person."""
    day = stage.school_day(1)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "08:05"), stage.at(day, "09:00"))
    noon = stage.at(day, "12:10")
    modes = (("PREVIOUS_BOOT_MODE", "VERIFIED"), ("NEW_BOOT_MODE", "DEV"))
    yield acts.chrome(noon, "DEVICE_BOOT_STATE_CHANGE", "", device, detail=modes)
    stage.expect("filter_circumvention", "succeeded", noon - MINUTE, noon + MINUTE, device_id=device.device_id)

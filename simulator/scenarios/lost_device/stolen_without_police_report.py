"""A Chromebook is stolen and reported at once; nobody goes to the police."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: no_police_report, three business days on."""
    day, due = stage.school_day(0), stage.office_day(4)
    device = stage.spare_chromebook(stage.high)
    discovered = stage.at(day, "13:00")
    paperwork.lose(stage, device, "stolen", discovered, discovered + HOUR)
    stage.expect("lost_device", "no_police_report", discovered, stage.at(due, "12:00"), device_id=device.device_id)
    return iter(())

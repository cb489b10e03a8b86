"""A vendor's technician, in the house by invitation, logs on to a teacher's laptop."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: outsider. Being on site excuses the missing VPN, not the laptop."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", day, school=stage.high)
    vendor, laptop = paperwork.hire(stage, "copier"), teacher.laptop
    assert laptop is not None
    start, end = stage.at(day, "10:10"), stage.at(day, "10:40")
    paperwork.approve(stage, start - HOUR, end + HOUR, vendor=vendor.vendor, system="*")
    paperwork.visit(stage, vendor, start - HOUR, end + HOUR, stage.high)
    yield from acts.at_desk(stage.rng, vendor.account, laptop, laptop.address, start, end)
    stage.expect("device_used_by_another", "outsider", start, end, device_id=laptop.device_id)

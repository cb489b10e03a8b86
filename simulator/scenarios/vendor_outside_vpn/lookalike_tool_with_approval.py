"""A vendor helps at a teacher's laptop by a remote-support tool; the approval names the laptop."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.mischief import remote_tool
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: an approval whose systems cover the laptop is open."""
    day = stage.school_day(1)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    vendor = paperwork.hire(stage, "beamer")
    start = stage.at(day, "13:05")
    paperwork.approve(stage, start - HOUR, start + HOUR, vendor=vendor.vendor, system=laptop.hostname)
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start - HOUR, start + HOUR, minutes=5)
    yield from remote_tool(teacher.account, laptop.address, start, 20)

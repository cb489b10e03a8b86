"""Somebody uses a student's Chromebook in guest mode."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import FORTIGATE, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: nobody is named."""
    day = stage.school_day(3)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    start, end = stage.at(day, "09:05"), stage.at(day, "09:50")
    yield from acts.join(start - MINUTE, device, device.address)
    yield acts.chrome(start, "CHROME_OS_LOGIN_EVENT", "", device, reason="CHROMEOS_GUEST_LOGIN")
    yield from acts.browse(stage.rng, FORTIGATE, "", device.address, start + MINUTE, end, 12)
    yield acts.chrome(end, "CHROME_OS_LOGOUT_EVENT", "", device, reason="CHROMEOS_GUEST_LOGOUT")

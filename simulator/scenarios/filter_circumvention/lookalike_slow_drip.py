"""A proxy now and then through a morning, never two within half an hour but one."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: no half hour adds up to five."""
    day = stage.school_day(4)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "09:05")

    for number, host in enumerate(mischief.PROXY_HOSTS[:3]):
        yield mischief.refused(bad + number * 35 * MINUTE, student.account, device.address, host)

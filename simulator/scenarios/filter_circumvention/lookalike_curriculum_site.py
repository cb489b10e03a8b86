"""The firewall rates a lesson's site as a proxy and lets it pass; the district says curriculum."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the district's list wins both ways."""
    day = stage.school_day(3)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "10:10")

    for number in range(6):
        yield mischief.reached(bad + number * MINUTE, student.account, device.address, "mirror.learning.example")
    for number, host in enumerate(mischief.PROXY_HOSTS[:2]):
        yield mischief.refused(bad + (7 + number) * MINUTE, student.account, device.address, host)

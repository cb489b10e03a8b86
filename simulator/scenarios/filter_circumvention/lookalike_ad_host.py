"""The firewall rates an advertising host as a proxy, and every page asks it for banners."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the district's own list says advertising."""
    day = stage.school_day(1)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "10:30")

    yield from mischief.hammer(
        bad, student.account, device.address, hosts=("banners.adworks.example", "px.adworks.example")
    )

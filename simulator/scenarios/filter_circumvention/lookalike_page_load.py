"""One page asks for forty things on eight proxy-rated hosts, all refused within twenty seconds."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: one act: at most two a minute count, and there is one kind of signal."""
    day = stage.school_day(4)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "10:40")

    hosts = (*mischief.PROXY_HOSTS, "img.open-gates.example", "cdn.open-gates.example")
    for number in range(40):
        yield mischief.refused(bad + number * 500, student.account, device.address, hosts[number % len(hosts)])

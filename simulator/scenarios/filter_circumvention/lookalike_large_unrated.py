"""Two large downloads from unrated hosts."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: 2 of one kind."""
    day = stage.school_day(1)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "09:20")

    for number, host in enumerate(("mirror-a.newsite.example", "mirror-b.othersite.example")):
        yield mischief.reached(
            bad + number * MINUTE, student.account, device.address, host, category="Unrated", size=31_000_000
        )

"""A laptop is assigned to two teachers who share a position."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: each is an assignee."""
    day = stage.school_day(3)
    one, other = (stage.take("teacher", day, school=stage.elementary) for _ in range(2))
    laptop = one.laptop
    assert laptop is not None
    stage.row("assignments", device_id=laptop.device_id, person=other.person_id)
    for person, clock in ((one, "08:05"), (other, "11:45")):
        start = stage.at(day, clock)
        yield from acts.at_desk(stage.rng, person.account, laptop, laptop.address, start, start + 2 * HOUR)

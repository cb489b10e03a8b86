"""IT's account for imaging is logged on to a teacher's laptop while it is set up anew."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a service account is no person."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    stage.row("accounts", account="svc-imaging", kind="service")
    start = stage.at(day, "09:05")
    yield from acts.at_desk(stage.rng, "svc-imaging", laptop, laptop.address, start, start + 50 * MINUTE)

"""A teacher types a new password wrong five times, on the own laptop and in the lab, before it works."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Desk, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: neither is a student's."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop, pc = teacher.laptop, stage.spare_pc(stage.high)
    assert laptop is not None
    for machine, clock in ((laptop, "08:05"), (pc, "10:05")):
        start = stage.at(day, clock)
        yield from acts.join(start - 6 * MINUTE, machine, machine.address)
        for number in range(5):
            at = start - (5 - number) * MINUTE
            yield Desk(at, machine.feed, "failed", teacher.account, machine.hostname)
        yield from acts.at_desk(stage.rng, teacher.account, machine, machine.address, start, start + 40 * MINUTE)

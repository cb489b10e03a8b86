"""Three school days with laptop and room PC by turns, then both at once."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: three days make the room PC part of the normal set."""
    days = [stage.school_day(number) for number in range(4)]
    teacher = stage.take("teacher", *days, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    pc = stage.room_pc(stage.high)
    for day in days[:3]:
        yield from acts.at_desk(
            stage.rng, teacher.account, laptop, laptop.address, stage.at(day, "08:00"), stage.at(day, "09:50")
        )
        yield from acts.at_desk(
            stage.rng, teacher.account, pc, pc.address, stage.at(day, "10:00"), stage.at(day, "11:30")
        )
    for machine in (laptop, pc):
        yield from acts.at_desk(
            stage.rng, teacher.account, machine, machine.address, stage.at(days[3], "09:00"), stage.at(days[3], "10:00")
        )

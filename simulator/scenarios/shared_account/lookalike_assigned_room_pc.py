"""A teacher has the laptop and a second, assigned computer open together."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: both are assigned."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None

    pc = stage.room_pc(stage.high)
    stage.row("assignments", device_id=pc.device_id, person=teacher.person_id)
    for machine in (laptop, pc):
        yield from acts.at_desk(
            stage.rng, teacher.account, machine, machine.address, stage.at(day, "08:00"), stage.at(day, "11:00")
        )

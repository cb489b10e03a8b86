"""A teacher has the laptop and the room's PC open together all morning; IT declared the pair."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it is a declared pairing."""
    day = stage.school_day(1)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None

    pc = stage.room_pc(stage.high)
    stage.row(
        "pairings",
        person=teacher.person_id,
        device_id=laptop.device_id,
        device_id_2=pc.device_id,
        declared_by=stage.principal.person_id,
    )
    for machine in (laptop, pc):
        yield from acts.at_desk(
            stage.rng, teacher.account, machine, machine.address, stage.at(day, "08:00"), stage.at(day, "11:00")
        )

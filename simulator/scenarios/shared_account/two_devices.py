"""A teacher works on the laptop while a student uses the account in the lab next door."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: two_devices."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None

    pc = stage.spare_pc(stage.high)
    start, end = stage.at(day, "10:05"), stage.at(day, "10:35")
    yield from acts.at_desk(
        stage.rng, teacher.account, laptop, laptop.address, stage.at(day, "08:00"), stage.at(day, "12:00")
    )
    yield from acts.at_desk(stage.rng, teacher.account, pc, pc.address, start, end)
    stage.expect("shared_account", "two_devices", start, end, account=teacher.account)

"""A teacher works at the high school while somebody uses the account in a lab of the other school."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: two_sites."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None

    pc = stage.spare_pc(stage.elementary)
    start, end = stage.at(day, "09:40"), stage.at(day, "10:20")
    yield from acts.at_desk(
        stage.rng,
        teacher.account,
        laptop,
        laptop.address,
        stage.at(day, "08:10"),
        stage.at(day, "11:30"),
        leave="locked",
    )
    yield from acts.at_desk(stage.rng, teacher.account, pc, pc.address, start, end)
    stage.expect("shared_account", "two_sites", start, end, account=teacher.account)

"""A music teacher is at one school in the morning and at the other after lunch."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: there was time to travel."""
    day = stage.school_day(4)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None

    address = stage.visitor_address(stage.elementary)
    yield from acts.at_desk(
        stage.rng,
        teacher.account,
        laptop,
        laptop.address,
        stage.at(day, "08:00"),
        stage.at(day, "11:20"),
        leave="locked",
    )
    yield from acts.at_desk(stage.rng, teacher.account, laptop, address, stage.at(day, "12:10"), stage.at(day, "14:30"))

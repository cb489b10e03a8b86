"""A teacher's role ends today, and the laptop is used until the evening."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the last day belongs to it, and the account is disabled on the next morning."""
    day, after = stage.school_day(3), stage.school_day(4)
    teacher = stage.take("teacher", *stage.days_from(3), school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    teacher.last_day = day.isoformat()
    paperwork.listed(stage, teacher.account, "disabled", stage.at(after, "08:00"))
    paperwork.give_back(stage, teacher, returned=stage.at(day, "19:40"))
    yield from acts.at_desk(
        stage.rng, teacher.account, laptop, laptop.address, stage.at(day, "08:05"), stage.at(day, "19:30")
    )

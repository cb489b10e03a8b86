"""A teacher was asked to bring the laptop back for a newer one by Tuesday, and works at it on Wednesday."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: not_returned."""
    due, day = stage.at(stage.school_day(1), "16:00"), stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None
    paperwork.give_back(stage, teacher, due=due)
    start, end = stage.at(day, "09:05"), stage.at(day, "11:05")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start, end)
    stage.expect("unreturned_device", "not_returned", due, end, device_id=laptop.device_id)

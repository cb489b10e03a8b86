"""A teacher keeps the laptop beyond its due date, with an extension that the principal signed."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the extension."""
    due, day = stage.at(stage.school_day(1), "16:00"), stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None
    paperwork.give_back(stage, teacher, due=due)
    paper = paperwork.approve(
        stage, due - 24 * HOUR, due + 30 * 24 * HOUR, kind="return_extension", device_id=laptop.device_id
    )
    start, end = stage.at(day, "09:05"), stage.at(day, "11:05")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start, end)
    stage.expect_suppressed("unreturned_device", paper, due, end, device_id=laptop.device_id)

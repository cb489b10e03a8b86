"""A teacher lends the laptop to a student for a day, with a note that the principal signed."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the loan."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    start, end = stage.at(day, "09:05"), stage.at(day, "09:50")
    paper = paperwork.approve(
        stage,
        start - HOUR,
        end + HOUR,
        kind="loan",
        account=student.account,
        device_id=laptop.device_id,
    )
    yield from acts.at_desk(stage.rng, student.account, laptop, laptop.address, start, end)
    stage.expect_suppressed("device_used_by_another", paper, start, end, device_id=laptop.device_id)

"""A teacher's login is used on a student's Chromebook for a quarter of an hour; the teacher is not in."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: in_use. That the Chromebook is a student's is this detection's alone."""
    day = stage.school_day(0)
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    start, end = stage.at(day, "11:42"), stage.at(day, "11:57")
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:05"), stage.at(day, "09:50"))
    yield from acts.on_chromebook(stage.rng, teacher.account, device, start, end)
    stage.expect("staff_account_on_student_device", "in_use", start, end, account=teacher.account)

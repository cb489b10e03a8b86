"""A teacher helps a student at the student's Chromebook every week, by the principal's exemption."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    start, end = stage.at(day, "09:05"), stage.at(day, "09:20")
    paper = paperwork.exempt(
        stage,
        "staff_account_on_student_device",
        stage.at(day, "00:00"),
        stage.at(day, "23:00"),
        account=teacher.account,
    )
    yield from acts.on_chromebook(stage.rng, teacher.account, device, start, end)
    stage.expect_suppressed("staff_account_on_student_device", paper, start, end, account=teacher.account)

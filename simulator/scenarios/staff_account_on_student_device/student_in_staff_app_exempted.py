"""A student who helps in the library may have the app of its staff, by the principal's exemption."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening, SignIn
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    day = stage.school_day(3)
    stage.row("apps", app="Stacks Circulation*", roles="ext:it;teacher")
    student = stage.take("student", day, school=stage.high)
    start = stage.at(day, "12:42")
    paper = paperwork.exempt(
        stage,
        "staff_account_on_student_device",
        stage.at(day, "00:00"),
        stage.at(day, "23:00"),
        account=student.account,
    )
    yield SignIn(start, student.account, student.home, app="Stacks Circulation Desk")
    stage.expect_suppressed("staff_account_on_student_device", paper, start, start + MINUTE, account=student.account)

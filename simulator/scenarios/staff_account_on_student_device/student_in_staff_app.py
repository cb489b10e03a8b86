"""A student's own account gets into the payroll, which only the staff may have, and renews its token an hour later."""

from collections.abc import Iterator

from simulator.happenings import Happening, SignIn
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: staff_app."""
    day = stage.school_day(1)
    stage.row("apps", app="Skyline Payroll", roles="teacher;principal;ext:it")
    student = stage.take("student", day, school=stage.high)
    start = stage.at(day, "19:12")
    yield SignIn(start, student.account, student.home, app="Skyline Payroll")
    yield SignIn(start + 60 * MINUTE, student.account, student.home, app="Skyline Payroll", interactive=False)
    stage.expect("staff_account_on_student_device", "staff_app", start, start + 60 * MINUTE, account=student.account)

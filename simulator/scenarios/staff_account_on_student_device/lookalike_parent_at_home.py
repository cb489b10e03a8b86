"""A teacher lives with a student: both are signed in at home, behind one address."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import CloudLogin, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: an address is no person."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    assert student.laptop is not None
    start = stage.at(day, "18:05")
    yield acts.chrome(start, "CHROME_OS_LOGIN_EVENT", student.account, student.laptop)
    for number in range(3):
        yield CloudLogin(start + number * 5 * MINUTE, teacher.account, student.home)
        yield CloudLogin(start + number * 5 * MINUTE + 30_000, student.account, student.home)
    yield acts.chrome(start + 40 * MINUTE, "CHROME_OS_LOGOUT_EVENT", student.account, student.laptop)

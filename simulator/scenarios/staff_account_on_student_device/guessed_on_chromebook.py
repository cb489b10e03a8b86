"""A teacher's password is tried four times on a student's Chromebook, and the fifth is right."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: guessed."""
    day = stage.school_day(1)
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    start, end = stage.at(day, "10:10"), stage.at(day, "10:30")
    for number in range(4):
        at = start - 5 * MINUTE + number * MINUTE
        yield acts.chrome(at, "CHROME_OS_LOGIN_FAILURE_EVENT", teacher.account, device)
    yield from acts.on_chromebook(stage.rng, teacher.account, device, start, end)
    stage.expect("staff_account_on_student_device", "guessed", start - 5 * MINUTE, end, account=teacher.account)

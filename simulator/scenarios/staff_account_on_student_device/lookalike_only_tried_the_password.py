"""A student tries a teacher's password on the own Chromebook six times, and gives up."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: nobody got in."""
    day = stage.school_day(4)
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    assert student.laptop is not None
    for number in range(6):
        at = stage.at(day, "09:05") + number * MINUTE
        yield acts.chrome(at, "CHROME_OS_LOGIN_FAILURE_EVENT", teacher.account, student.laptop)

"""A student asks the district for the payroll app's site, reads its sign-in page and is never let in."""

from collections.abc import Iterator

from simulator.happenings import FORTIGATE, Happening, WebRequest
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a page that asks for a password is no app obtained."""
    day = stage.school_day(4)
    student = stage.take("student", day, school=stage.high)
    assert student.laptop is not None
    for number in range(4):
        yield WebRequest(
            stage.at(day, "09:20") + number * MINUTE,
            FORTIGATE,
            student.account,
            student.laptop.address,
            "payroll.skyline.example",
            "/signin",
            4_000,
            category="Business",
        )

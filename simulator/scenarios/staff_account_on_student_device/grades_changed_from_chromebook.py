"""A teacher's login on a student's Chromebook, and ten minutes later grades are written."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import FORTIGATE, Happening, WebRequest
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: wrote_records."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    start, end = stage.at(day, "12:42"), stage.at(day, "13:02")
    yield from acts.on_chromebook(stage.rng, teacher.account, device, start, end)
    for number, path in enumerate(("/gradebook/algebra", "/gradebook/algebra/save")):
        yield WebRequest(
            start + (9 + number) * MINUTE,
            FORTIGATE,
            teacher.account,
            device.address,
            "sis.schoolrecords.example",
            path,
            9_000,
            category="Business",
            method=("GET", "POST")[number],
        )
    stage.expect("staff_account_on_student_device", "wrote_records", start, end, account=teacher.account)

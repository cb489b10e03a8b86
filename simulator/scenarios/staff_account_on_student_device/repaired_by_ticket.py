"""A technician signs in to a student's Chromebook while it is repaired, under a ticket."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the ticket."""
    day = stage.school_day(3)
    technician = stage.take("ext:it", day)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    start, end = stage.at(day, "13:05"), stage.at(day, "13:25")
    paper = paperwork.approve(
        stage,
        start - 10 * MINUTE,
        end + 10 * MINUTE,
        kind="device_swap",
        role="ext:director_of_technology",
        device_id=device.device_id,
    )
    yield from acts.on_chromebook(stage.rng, technician.account, device, start, end)
    stage.expect_suppressed("staff_account_on_student_device", paper, start, end, account=technician.account)

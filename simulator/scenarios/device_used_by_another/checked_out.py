"""A student's Chromebook is at home; the one of a classmate who is ill is checked out to her for the day."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the checkout, which is a loan by another name."""
    day = stage.school_day(4)
    student, absent = (stage.take("student", day, school=stage.high) for _ in range(2))
    device = absent.laptop
    assert device is not None
    paper = paperwork.check_out(stage, device, stage.at(day, "08:00"), stage.at(day, "15:00"), person=student.person_id)
    start, end = stage.at(day, "09:05"), stage.at(day, "09:50")
    yield from acts.on_chromebook(stage.rng, student.account, device, start, end)
    stage.expect_suppressed("device_used_by_another", paper, start, end, device_id=device.device_id)

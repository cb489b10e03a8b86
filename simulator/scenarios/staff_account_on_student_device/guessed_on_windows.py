"""A teacher's password is guessed on the Windows computer that a student has for the drawing class."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Desk, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: guessed."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    pc = stage.spare_pc(stage.high, "assigned")
    stage.row("assignments", device_id=pc.device_id, person=student.person_id)
    start, end = stage.at(day, "13:45"), stage.at(day, "14:05")
    yield from acts.join(start - 10 * MINUTE, pc, pc.address)
    for number in range(3):
        at = start - 4 * MINUTE + number * 70_000
        yield Desk(at, pc.feed, "failed", teacher.account, pc.hostname)
    yield from acts.at_desk(stage.rng, teacher.account, pc, pc.address, start, end)
    stage.expect("staff_account_on_student_device", "guessed", start - 4 * MINUTE, end, account=teacher.account)

"""A teacher asked to unblock a site; five business days later nobody has decided."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: unblock_decision."""
    first, day, late = stage.school_day(0), stage.school_day(1), stage.office_day(6)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None
    asked, start = stage.at(first, "10:00"), stage.at(day, "10:05")
    paperwork.ask_unblocking(stage, teacher, "arcade-corner.example", asked)
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start, start + HOUR)
    stage.expect("overdue_duty", "unblock_decision", asked, stage.at(late, "23:59"), person=teacher.person_id)

"""A lab computer stands in the inventory without an order that it came by."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: purchase."""
    day = stage.school_day(1)
    student, pc = stage.take("student", day, school=stage.high), stage.spare_pc(stage.high)
    pc.purchased = False
    start = stage.at(day, "09:05")
    yield from acts.at_desk(stage.rng, student.account, pc, pc.address, start, start + HOUR // 2)
    stage.expect("overdue_duty", "purchase", *stage.since_summer(), device_id=pc.device_id)

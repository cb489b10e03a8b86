"""A student logs on to a teacher's laptop with the own account, for half a lesson."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: somebody whom the district does not employ."""
    day = stage.school_day(1)
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    start, end = stage.at(day, "10:05"), stage.at(day, "10:35")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, stage.at(day, "08:00"), start - MINUTE)
    yield from acts.at_desk(stage.rng, student.account, laptop, laptop.address, start, end)
    stage.expect("device_used_by_another", "outsider", start, end, device_id=laptop.device_id)

"""A student was withdrawn by mistake at nine and enrolled again at eleven; the Chromebook is used at noon."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the standing holds again."""
    day = stage.school_day(1)
    student = stage.take("student", day, school=stage.high)
    assert student.laptop is not None
    paperwork.stand(stage, "withdrawn", stage.at(day, "09:00"), end=stage.at(day, "11:00"), person=student.person_id)
    start = stage.at(day, "12:05")
    yield from acts.on_chromebook(stage.rng, student.account, student.laptop, start, start + 40 * MINUTE)

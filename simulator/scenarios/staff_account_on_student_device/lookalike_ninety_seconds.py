"""A teacher signs in to a student's Chromebook for a minute and a half, to help."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: less than two minutes."""
    day = stage.school_day(0)
    teacher = stage.take("teacher", day, school=stage.high)
    student = stage.take("student", day, school=stage.high)
    assert student.laptop is not None
    start = stage.at(day, "09:10")
    yield from acts.on_chromebook(stage.rng, teacher.account, student.laptop, start, start + 90_000)

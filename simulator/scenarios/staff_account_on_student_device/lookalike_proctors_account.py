"""State testing runs under a proctor's account on three students' Chromebooks."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it is registered as a testing account."""
    day = stage.school_day(3)
    stage.row("accounts", account="proctor-hs", kind="testing")
    for _ in range(3):
        student = stage.take("student", day, school=stage.high)
        assert student.laptop is not None
        start, end = stage.at(day, "09:05"), stage.at(day, "10:30")
        yield from acts.on_chromebook(stage.rng, "proctor-hs", student.laptop, start, end)

"""The library's loaner goes from hand to hand."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it is nobody's own."""
    day = stage.school_day(2)
    device = stage.spare_chromebook(stage.high, "loaner")
    for lesson in ("09:05", "10:05", "11:45"):
        student = stage.take("student", day, school=stage.high)
        start = stage.at(day, lesson)
        yield from acts.on_chromebook(stage.rng, student.account, device, start, start + 40 * MINUTE)

"""A student watches a paid film for half an hour of lessons."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: streaming."""
    day = stage.school_day(2)
    start = stage.at(day, "11:45")
    student, device = stage.take_student(day)
    yield from acts.on_chromebook(stage.rng, student.account, device, start - MINUTE, start + HOUR)
    yield from mischief.streamed(start, student.account, device.address, "flat.film-club.example", 30)
    stage.expect("bandwidth_abuse", "streaming", start, start + HOUR // 2, account=student.account)

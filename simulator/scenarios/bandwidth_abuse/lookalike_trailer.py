"""A student watches the trailer of a paid film, five minutes long."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: too short."""
    day = stage.school_day(4)
    start = stage.at(day, "11:45")
    student, device = stage.take_student(day)
    yield from acts.on_chromebook(stage.rng, student.account, device, start - MINUTE, start + 40 * MINUTE)
    yield from mischief.streamed(start, student.account, device.address, "flat.film-club.example", 5)

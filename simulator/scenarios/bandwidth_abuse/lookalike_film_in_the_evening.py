"""A student watches a paid film in the school's library at seven in the evening."""

from collections.abc import Iterator

from simulator import mischief
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: nobody is on duty."""
    day = stage.school_day(2)
    start = stage.at(day, "19:00")
    student, device = stage.take_student(day)
    yield from mischief.streamed(start, student.account, device.address, "flat.film-club.example", 40)

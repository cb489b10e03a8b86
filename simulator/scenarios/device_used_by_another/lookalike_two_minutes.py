"""A student signs in to a friend's Chromebook for two minutes, to print."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: less than three minutes."""
    day = stage.school_day(0)
    student, friend = (stage.take("student", day, school=stage.high) for _ in range(2))
    assert friend.laptop is not None
    start = stage.at(day, "10:05")
    yield from acts.on_chromebook(stage.rng, student.account, friend.laptop, start, start + 2 * MINUTE)

"""A student uses a friend's Chromebook; the Chromebook reports it the next day."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, when the late reports have come."""
    day = stage.school_day(1)
    stage.school_day(2)
    student, friend = (stage.take("student", day, school=stage.high) for _ in range(2))
    device = friend.laptop
    assert device is not None
    start, end = stage.at(day, "10:05"), stage.at(day, "10:40")
    yield from acts.on_chromebook(stage.rng, student.account, device, start, end, late=20 * HOUR)
    stage.expect("device_used_by_another", "other", start, end, device_id=device.device_id)

"""A student signs in to a friend's Chromebook with the own login, twice on one day."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, once for the day."""
    day = stage.school_day(0)
    student, friend = (stage.take("student", day, school=stage.high) for _ in range(2))
    device = friend.laptop
    assert device is not None
    start, end = stage.at(day, "09:05"), stage.at(day, "13:20")
    yield from acts.on_chromebook(stage.rng, student.account, device, start, start + 20 * MINUTE)
    yield from acts.on_chromebook(stage.rng, student.account, device, end - 30 * MINUTE, end)
    stage.expect("device_used_by_another", "other", start, end, device_id=device.device_id)

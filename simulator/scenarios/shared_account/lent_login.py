"""A student gives the login to a friend, who uses it on the friend's own Chromebook in the same lesson."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: two_devices; and the friend's Chromebook was used under another's name."""
    day = stage.school_day(4)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None

    friend = stage.take("student", day, school=stage.high)
    assert friend.laptop is not None
    start, end = stage.at(day, "09:30"), stage.at(day, "09:55")
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "10:50"))
    yield from acts.on_chromebook(stage.rng, student.account, friend.laptop, start, end)
    stage.expect("shared_account", "two_devices", start, end, account=student.account)
    stage.expect("device_used_by_another", "", start, end, device_id=friend.laptop.device_id)

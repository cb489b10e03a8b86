"""A broken Chromebook is swapped by ticket; both run for twelve minutes while things are copied."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the device-swap ticket."""
    day = stage.school_day(1)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None

    new = stage.spare_chromebook(stage.high)
    start, end = stage.at(day, "10:00"), stage.at(day, "10:12")
    ticket = paperwork.approve(
        stage,
        start,
        start + HOUR // 2,
        kind="device_swap",
        role="ext:director_of_technology",
        account=student.account,
        device_id=new.device_id,
    )
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:05"), end, minutes=1)
    yield from acts.on_chromebook(stage.rng, student.account, new, start, stage.at(day, "11:00"), minutes=1)
    stage.expect_suppressed("shared_account", ticket, start, end, account=student.account)

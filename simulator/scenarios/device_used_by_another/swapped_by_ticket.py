"""A student gets a classmate's Chromebook for two lessons, by a ticket, while the own one is repaired."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the ticket."""
    day = stage.school_day(4)
    student, absent = (stage.take("student", day, school=stage.high) for _ in range(2))
    device = absent.laptop
    assert device is not None
    start, end = stage.at(day, "10:05"), stage.at(day, "11:20")
    paper = paperwork.approve(
        stage,
        start - 10 * MINUTE,
        end + MINUTE,
        kind="device_swap",
        role="ext:director_of_technology",
        account=student.account,
        device_id=device.device_id,
    )
    yield from acts.on_chromebook(stage.rng, student.account, device, start, end)
    stage.expect_suppressed("device_used_by_another", paper, start, end, device_id=device.device_id)

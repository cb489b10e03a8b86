"""A remote-support tool runs on a teacher's laptop every week, by an administrator's exemption."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.mischief import remote_tool
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    start = stage.at(day, "13:05")
    paper = paperwork.exempt(
        stage,
        "vendor_outside_vpn",
        stage.at(day, "00:00"),
        stage.at(day, "23:00"),
        device_id=laptop.device_id,
    )
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start - HOUR, start + HOUR, minutes=5)
    yield from remote_tool(teacher.account, laptop.address, start, 20)
    stage.expect_suppressed("vendor_outside_vpn", paper, start, start + 20 * MINUTE, device_id=laptop.device_id)

"""A remote-support tool runs for twenty minutes on a teacher's laptop; no vendor has an approval for it."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.mischief import remote_tool
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: remote_tool."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    start = stage.at(day, "13:05")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start - HOUR, start + HOUR, minutes=5)
    yield from remote_tool(teacher.account, laptop.address, start, 20)
    stage.expect("vendor_outside_vpn", "remote_tool", start, start + 20 * MINUTE, device_id=laptop.device_id)

"""A technician searches a teacher's laptop; the principal authorized the search beforehand."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the authorization."""
    day = stage.school_day(4)
    teacher, technician = stage.take("teacher", day, school=stage.high), stage.take("ext:it", day)
    laptop = teacher.laptop
    assert laptop is not None
    start, end = stage.at(day, "11:05"), stage.at(day, "11:35")
    paper = paperwork.approve(stage, start - HOUR, end + HOUR, kind="search_authorisation", device_id=laptop.device_id)
    yield from acts.at_desk(stage.rng, technician.account, laptop, laptop.address, start, end)
    stage.expect_suppressed("device_used_by_another", paper, start, end, device_id=laptop.device_id)

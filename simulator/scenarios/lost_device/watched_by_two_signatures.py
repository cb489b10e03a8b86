"""A screenshot is taken for a search that two administrators have signed."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the authorization."""
    day = stage.school_day(3)
    at = stage.at(day, "13:20")
    device = stage.spare_chromebook(stage.high)
    start, end = at - HOUR, at + HOUR
    kind, named = "search_authorisation", device.device_id
    paper = paperwork.approve(stage, start, end, kind=kind, device_id=named)
    paperwork.approve(
        stage, start, end, kind=kind, device_id=named, role="ext:superintendent", approver=stage.superintendent
    )
    yield paperwork.screenshot(stage, at, device)
    stage.expect_suppressed("lost_device", paper, at, at, device_id=device.device_id)

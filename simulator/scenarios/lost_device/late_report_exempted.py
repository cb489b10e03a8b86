"""A laptop on a class trip abroad is reported late, as the principal had allowed."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    missed, told = stage.school_day(0), stage.school_day(4)
    device = stage.spare_chromebook(stage.high)
    discovered, reported = stage.at(missed, "10:00"), stage.at(told, "15:00")
    paperwork.lose(stage, device, "lost", discovered, reported)
    start, end = stage.at(missed, "00:00"), stage.at(told, "23:00")
    paper = paperwork.exempt(stage, "lost_device", start, end, device_id=device.device_id)
    stage.expect_suppressed("lost_device", paper, discovered, reported, device_id=device.device_id)
    return iter(())

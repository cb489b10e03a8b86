"""A student tries proxies with the written consent of the executive director of technology."""

from collections.abc import Iterator

from simulator import acts, mischief, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the consent."""
    day = stage.school_day(1)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "10:20")

    paper = paperwork.approve(
        stage,
        bad - HOUR,
        bad + 2 * HOUR,
        kind="filter_bypass",
        role="ext:executive_director",
        account=student.account,
        system="*",
    )
    yield from mischief.hammer(bad, student.account, device.address)
    stage.expect_suppressed("filter_circumvention", paper, bad, bad + 10 * MINUTE, account=student.account)

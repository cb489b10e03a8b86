"""Somebody in IT tests the filter with an approval for security testing."""

from collections.abc import Iterator

from simulator import acts, mischief, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the approval."""
    day = stage.school_day(2)
    tester = stage.take("ext:it", day)
    laptop = tester.laptop
    assert laptop is not None
    start, bad = stage.at(day, "08:00"), stage.at(day, "14:00")
    paper = paperwork.approve(
        stage,
        bad - HOUR,
        bad + HOUR,
        kind="security_testing",
        role="ext:executive_director",
        account=tester.account,
        system="*",
    )
    yield from acts.at_desk(stage.rng, tester.account, laptop, laptop.address, start, bad + HOUR)
    yield from mischief.hammer(bad, tester.account, laptop.address)
    stage.expect_suppressed("filter_circumvention", paper, bad, bad + 10 * MINUTE, account=tester.account)

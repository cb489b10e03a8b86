"""A teacher left yesterday, and hands over lessons over VPN today, as the principal asked."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import SQUID, Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the request."""
    last, day = stage.school_day(1), stage.school_day(2)
    teacher = stage.take("teacher", *stage.days_from(2), school=stage.high)
    teacher.last_day = last.isoformat()
    start, end = stage.at(day, "10:05"), stage.at(day, "11:05")
    paper = paperwork.approve(stage, start - HOUR, end + HOUR, kind="account_reactivation", account=teacher.account)
    paperwork.listed(stage, teacher.account, "disabled", end + HOUR)
    paperwork.give_back(stage, teacher, returned=stage.at(last, "15:30"))
    yield from acts.over_vpn("edge-vpn", teacher.account, teacher.home, teacher.tunnel, start, end)
    yield from acts.browse(stage.rng, SQUID, teacher.account, teacher.tunnel, start + MINUTE, end - MINUTE, 15)
    stage.expect_suppressed("ended_account_in_use", paper, start, end, account=teacher.account)

"""A teacher's role ended yesterday, and today somebody comes in over VPN with the account."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import SQUID, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: separated."""
    last, day = stage.school_day(2), stage.school_day(3)
    teacher = stage.take("teacher", *stage.days_from(3), school=stage.elementary)
    teacher.last_day = last.isoformat()
    paperwork.listed(stage, teacher.account, "disabled", stage.at(day, "16:00"))
    paperwork.give_back(stage, teacher, returned=stage.at(last, "15:30"))
    start, end = stage.at(day, "10:05"), stage.at(day, "11:05")
    yield from acts.over_vpn("edge-vpn", teacher.account, teacher.home, teacher.tunnel, start, end)
    yield from acts.browse(stage.rng, SQUID, teacher.account, teacher.tunnel, start + MINUTE, end - MINUTE, 15)
    stage.expect("ended_account_in_use", "separated", start, end, account=teacher.account)

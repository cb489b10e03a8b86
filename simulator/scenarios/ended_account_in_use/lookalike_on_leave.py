"""A teacher is on leave, and reads mail over VPN."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import SQUID, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: leave ends nothing."""
    day = stage.school_day(1)
    teacher = stage.take("teacher", *stage.days_from(0), school=stage.high)
    paperwork.stand(stage, "on_leave", stage.at(stage.school_day(0), "08:00"), person=teacher.person_id)
    start, end = stage.at(day, "10:05"), stage.at(day, "11:05")
    yield from acts.over_vpn("remote-vpn", teacher.account, teacher.home, teacher.tunnel, start, end)
    yield from acts.browse(stage.rng, SQUID, teacher.account, teacher.tunnel, start + MINUTE, end - MINUTE, 15)

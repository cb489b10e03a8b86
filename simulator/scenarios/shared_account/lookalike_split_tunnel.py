"""A teacher at home with a split tunnel: home, the district's egress and the VPN's address all at once."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import SQUID, CloudLogin, Happening
from simulator.local_time import MINUTE
from simulator.paperwork import ASA
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: home is no site, and it is one laptop."""
    day = stage.school_day(1)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None

    start, end = stage.at(day, "18:00"), stage.at(day, "19:40")
    yield from acts.over_vpn(ASA, teacher.account, teacher.home, teacher.tunnel, start, end)
    yield from Seat(teacher.account, laptop, start + MINUTE, logon_type=11).log_on()
    yield from acts.browse(stage.rng, SQUID, teacher.account, teacher.tunnel, start + 2 * MINUTE, end - MINUTE, 40)
    for minute in range(3, 90, 12):
        yield CloudLogin(start + minute * MINUTE, teacher.account, teacher.home)
        yield CloudLogin(start + (minute + 1) * MINUTE, teacher.account, address_plan.EGRESS)

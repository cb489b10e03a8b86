"""Many guests' phones behind one address are refused proxies all through a concert."""

from collections.abc import Iterator

from simulator import address_plan, mischief
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: an address behind NAT is nobody."""
    day = stage.school_day(4)
    site = stage.elementary
    address = address_plan.inside(site.octet, address_plan.NAT, 1)
    yield from mischief.hammer(stage.at(day, "11:05"), "", address, minutes=20)

"""Guests behind one shared address download eight gigabytes in an hour."""

from collections.abc import Iterator

from simulator import address_plan, mischief
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the address is many people's."""
    start = stage.at(stage.school_day(2), "13:00")
    shared = address_plan.inside(stage.high.octet, address_plan.NAT, 1)
    yield from mischief.streamed(start, "", shared, "game-images.example", 50, size=160_000_000)

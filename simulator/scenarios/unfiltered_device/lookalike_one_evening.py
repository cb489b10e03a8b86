"""A Mac is online at home without the filter on one evening only."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a first day is watched, no more."""
    mac, home = stage.macbook(), address_plan.home(stage.company.next_spare())
    start = stage.at(stage.school_day(2), "18:40")
    yield from acts.checked_in(mac, home, start, start + 2 * HOUR)

"""A Mac is online at home for a quarter of an hour, on three evenings."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: less than half an hour is nothing."""
    mac, home = stage.macbook(), address_plan.home(stage.company.next_spare())
    for number in (0, 1, 2):
        start = stage.at(stage.school_day(number), "18:55")
        yield from acts.checked_in(mac, home, start, start + 15 * MINUTE)

"""Six Macs are online at home on every evening after school, and the filter's agent reports all along."""

from collections.abc import Iterator
from itertools import product

from simulator import acts, address_plan
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found."""
    fleet = [(stage.macbook(), address_plan.home(stage.company.next_spare())) for _ in range(6)]
    for number, day in product(range(6), stage.school_days_from(0)):
        mac, home = fleet[number]
        start = stage.at(day, "18:30") + number * MINUTE
        yield from acts.checked_in(mac, home, start, start + 2 * HOUR)
        yield from acts.looked_up(stage.rng, mac, home, start, start + 2 * HOUR)

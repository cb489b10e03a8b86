"""A Mac's filter rows of two evenings are exported twenty hours late."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the verdict waits a day and a half."""
    mac, home = stage.macbook(), address_plan.home(stage.company.next_spare())
    for number in (1, 2):
        start = stage.at(stage.school_day(number), "18:50")
        yield from acts.checked_in(mac, home, start, start + 2 * HOUR)
        yield from acts.looked_up(stage.rng, mac, home, start, start + 2 * HOUR, late=20 * HOUR)

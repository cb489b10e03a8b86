"""A Mac that only gives state tests is taken to a pupil in hospital on two days."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a testing station shows the test and nothing else, so its class is left out."""
    mac, home = stage.macbook("testing"), address_plan.home(stage.company.next_spare())
    for number in (2, 3):
        start = stage.at(stage.school_day(number), "18:30")
        yield from acts.checked_in(mac, home, start, start + 2 * HOUR)

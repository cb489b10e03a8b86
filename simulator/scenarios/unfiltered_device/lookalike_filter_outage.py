"""The filter's cloud has an outage on two evenings: no laptop's rows are kept, and ten Macs are online all along."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it is the filter that failed, not ten laptops."""
    days = [stage.school_day(number) for number in (3, 4)]
    stage.school_day(5)  # an agent may tell late: nothing is said for a day and a half
    for day in days:
        stage.filter_out(stage.at(day, "21:30"), stage.at(day, "23:45"))
    for number in range(10):
        mac, home = stage.macbook(), address_plan.home(stage.company.next_spare())
        for day in days:
            start = stage.at(day, "21:45") + number * 2 * MINUTE
            yield from acts.checked_in(mac, home, start, start + 90 * MINUTE)

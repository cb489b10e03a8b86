"""A Mac goes home on two evenings of a week; the filter's agent is gone from it."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: two hours of each evening online, and the filter saw none of it."""
    mac, home = stage.macbook(), address_plan.home(stage.company.next_spare())
    evenings = [stage.at(stage.school_day(number), "18:30") for number in (0, 1)]
    stage.school_day(3)  # an agent may tell late: nothing is said for a day and a half, so the logs must last as long
    for start in evenings:
        yield from acts.checked_in(mac, home, start, start + 2 * HOUR)
    stage.expect("unfiltered_device", "unfiltered", evenings[1], evenings[1] + 2 * HOUR, device_id=mac.device_id)

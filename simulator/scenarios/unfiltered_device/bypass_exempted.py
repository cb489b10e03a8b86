"""A Mac without the agent, as the principal allowed for a robotics contest."""

from collections.abc import Iterator

from simulator import acts, address_plan, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    mac, home = stage.macbook(), address_plan.home(stage.company.next_spare())
    evenings = [stage.at(stage.school_day(number), "18:35") for number in (2, 3)]
    stage.school_day(5)  # an agent may tell late: nothing is said for a day and a half
    paper = paperwork.exempt(
        stage, "unfiltered_device", evenings[0] - HOUR, evenings[1] + 5 * HOUR, device_id=mac.device_id
    )
    for start in evenings:
        yield from acts.checked_in(mac, home, start, start + 2 * HOUR)
    stage.expect_suppressed("unfiltered_device", paper, evenings[1], evenings[1] + 2 * HOUR, device_id=mac.device_id)

"""A Mac checks in at school all day, where the filter is in the network and no agent speaks."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the address is the district's own."""
    mac = stage.macbook()
    for number in (1, 2, 3):
        day = stage.school_day(number)
        yield from acts.checked_in(mac, address_plan.EGRESS, stage.at(day, "08:00"), stage.at(day, "15:00"))

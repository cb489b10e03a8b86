"""Hundreds of students' accounts at once behind one NAT address of the other school, and at their own."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import SQUID, Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a shared address is no evidence of place."""
    day = stage.school_day(2)
    address = address_plan.inside(stage.elementary.octet, address_plan.NAT, 0)
    start, end = stage.at(day, "10:05"), stage.at(day, "10:45")
    for student in stage.in_good_standing(stage.high)[:400]:
        yield from acts.browse(stage.rng, SQUID, student.account, address, start, end, 12)

"""A teacher downloads four hundred and fifty pieces of homework in a day."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: less than the floor."""
    day, teacher = stage.school_day(1), stage.bystander("teacher")
    for clock in ("09:10", "11:05", "13:45"):
        yield from acts.exported(teacher.account, address_plan.EGRESS, stage.at(day, clock), 150)

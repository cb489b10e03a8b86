"""A teacher was separated on one day, and the account is disabled on the next business day."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening, Managed
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: one business day is allowed."""
    day, after = stage.school_day(1), stage.school_day(2)
    teacher = stage.take("teacher", *stage.days_from(1), school=stage.elementary)
    technician = stage.take("ext:it", after)
    paperwork.stand(stage, "separated", stage.at(day, "15:00"), person=teacher.person_id)
    paperwork.give_back(stage, teacher, returned=stage.at(day, "15:00"))
    yield Managed(stage.at(after, "11:00"), "disabled", teacher.account, technician.account)

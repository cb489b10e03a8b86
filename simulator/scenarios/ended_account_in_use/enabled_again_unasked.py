"""A disabled account of a teacher is enabled again by a technician; nobody asked for it in writing."""

from collections.abc import Iterator

from simulator.happenings import Happening, Managed
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: reactivated_without_request."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", *stage.days_from(0), school=stage.high)
    technician = stage.take("ext:it", day)
    at = stage.at(day, "10:20")
    yield Managed(stage.at(stage.school_day(0), "09:00"), "disabled", teacher.account, technician.account)
    yield Managed(at, "enabled", teacher.account, technician.account)
    stage.expect("ended_account_in_use", "reactivated_without_request", at, at + MINUTE, account=teacher.account)

"""A disabled account is enabled again, as the secretary had asked two days before."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening, Managed
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the request was there."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", *stage.days_from(0), school=stage.high)
    technician = stage.take("ext:it", day)
    asked = stage.at(stage.school_day(1), "10:00")
    paperwork.approve(
        stage,
        asked,
        stage.at(stage.school_day(4), "10:00"),
        recorded=asked,
        kind="account_reactivation",
        role="ext:building_secretary",
        account=teacher.account,
    )
    yield Managed(stage.at(stage.school_day(0), "09:00"), "disabled", teacher.account, technician.account)
    yield Managed(stage.at(day, "10:20"), "enabled", teacher.account, technician.account)

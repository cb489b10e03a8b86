"""The ticket for a right is written at nine the next morning."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import DirectoryChange, Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: unapproved; what is approved afterwards is ratified, and the finding stays."""
    day, next_day = stage.office_day(2), stage.office_day(3)
    at, recorded = stage.at(day, "15:50"), stage.at(next_day, "09:00")
    teacher, desk = stage.bystander("teacher"), stage.office_worker("ext:it")
    named = "Domain Admins"
    paperwork.approve(
        stage, at, recorded + 24 * HOUR, kind="privilege", recorded=recorded, account=teacher.account, entitlement=named
    )
    yield DirectoryChange(at, "member_added", desk.account, teacher.account, "Domain Admins")
    stage.expect("unapproved_privilege_change", "unapproved", at, at, account=teacher.account)

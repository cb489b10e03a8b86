"""The second factor of a teacher's account is turned off without a ticket."""

from collections.abc import Iterator

from simulator import address_plan
from simulator.happenings import Console, Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: unapproved."""
    at = stage.at(stage.office_day(3), "09:40")
    teacher, desk = stage.bystander("teacher"), stage.office_worker("ext:it")
    mail = f"{teacher.account}@{stage.district.options.domain}"
    detail = (("USER_EMAIL", mail),)
    kind, event = "USER_SETTINGS", "TURN_OFF_2_STEP_VERIFICATION"
    yield Console(at, "admin", kind, event, desk.account, address_plan.EGRESS, detail)
    stage.expect("unapproved_privilege_change", "unapproved", at, at, account=teacher.account)

"""IT puts a teacher into the group of the student records' administrators; no ticket names it."""

from collections.abc import Iterator

from simulator.happenings import DirectoryChange, Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: unapproved, on the account that got the right."""
    at = stage.at(stage.office_day(1), "10:20")
    teacher, desk = stage.bystander("teacher"), stage.office_worker("ext:it")
    yield DirectoryChange(at, "member_added", desk.account, teacher.account, "SIS Admins")
    stage.expect("unapproved_privilege_change", "unapproved", at, at, account=teacher.account)

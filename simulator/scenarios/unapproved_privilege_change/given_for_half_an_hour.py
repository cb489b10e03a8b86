"""A right is given at lunch and taken away thirty minutes later."""

from collections.abc import Iterator

from simulator.happenings import DirectoryChange, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: brief."""
    at = stage.at(stage.office_day(3), "12:10")
    teacher, desk = stage.bystander("teacher"), stage.office_worker("ext:it")
    yield DirectoryChange(at, "member_added", desk.account, teacher.account, "Gradebook Admins")
    yield DirectoryChange(at + 30 * MINUTE, "member_removed", desk.account, teacher.account, "Gradebook Admins")
    stage.expect("unapproved_privilege_change", "brief", at, at + 30 * MINUTE, account=teacher.account)

"""A role in the cloud directory is given; the ticket names another role."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening, RoleChange
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: unapproved, since the approval is for something else."""
    at = stage.at(stage.office_day(4), "13:10")
    aide, desk = stage.bystander("aide"), stage.office_worker("ext:it")
    paperwork.grant(stage, at - 2 * HOUR, at + 24 * HOUR, aide.account, "Reports Reader")
    yield RoleChange(at, "Add member to role", desk.account, aide.account, "Global Administrator")
    stage.expect("unapproved_privilege_change", "unapproved", at, at, account=aide.account)

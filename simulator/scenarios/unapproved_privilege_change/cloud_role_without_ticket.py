"""A colleague of IT makes an aide an administrator of the cloud office."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: unapproved."""
    at = stage.at(stage.office_day(2), "11:20")
    aide, desk = stage.bystander("aide"), stage.office_worker("ext:it")
    yield paperwork.made_administrator(stage, at, desk.account, aide.account)
    stage.expect("unapproved_privilege_change", "unapproved", at, at, account=aide.account)

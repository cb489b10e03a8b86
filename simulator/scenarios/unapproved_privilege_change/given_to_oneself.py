"""Somebody in IT joins the domain's administrators by an own hand."""

from collections.abc import Iterator

from simulator.happenings import DirectoryChange, Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: self_granted."""
    at = stage.at(stage.office_day(1), "16:05")
    technician = stage.bystander("ext:it")
    yield DirectoryChange(at, "member_added", technician.account, technician.account, "Domain Admins")
    stage.expect("unapproved_privilege_change", "self_granted", at, at, account=technician.account)

"""Somebody in IT stops the domain controller from recording logons."""

from collections.abc import Iterator

from simulator.happenings import DirectoryChange, Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: logging_disabled."""
    at = stage.at(stage.office_day(2), "16:30")
    technician = stage.bystander("ext:it")
    yield DirectoryChange(at, "audit_removed", technician.account, thing="%%12544")
    stage.expect("unapproved_privilege_change", "logging_disabled", at, at, account=technician.account)

"""The security log of the domain controller is emptied at night."""

from collections.abc import Iterator

from simulator.happenings import DirectoryChange, Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: logging_disabled."""
    at = stage.at(stage.office_day(3), "21:15")
    administrator = stage.office_worker("ext:director_of_technology")
    yield DirectoryChange(at, "log_cleared", administrator.account)
    stage.expect("unapproved_privilege_change", "logging_disabled", at, at, account=administrator.account)

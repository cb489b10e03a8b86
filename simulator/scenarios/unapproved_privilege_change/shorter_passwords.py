"""The domain's passwords may be four characters long from now on; nobody had approved it."""

from collections.abc import Iterator

from simulator.happenings import DirectoryChange, Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: unapproved, on the account that did it."""
    at = stage.at(stage.office_day(4), "10:45")
    administrator = stage.office_worker("ext:director_of_technology")
    yield DirectoryChange(at, "policy_changed", administrator.account, thing="4")
    stage.expect("unapproved_privilege_change", "unapproved", at, at, account=administrator.account)

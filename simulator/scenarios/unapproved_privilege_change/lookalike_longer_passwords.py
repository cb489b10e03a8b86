"""The domain's passwords must be fourteen characters long from now on."""

from collections.abc import Iterator

from simulator.happenings import DirectoryChange, Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the policy got stronger."""
    at = stage.at(stage.office_day(1), "10:45")
    administrator = stage.office_worker("ext:executive_director")
    yield DirectoryChange(at, "policy_changed", administrator.account, thing="14")

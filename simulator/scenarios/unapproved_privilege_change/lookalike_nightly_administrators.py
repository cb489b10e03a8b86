"""The sync takes an administrator out of the administrators' group and puts her back."""

from collections.abc import Iterator

from simulator.happenings import DirectoryChange, Happening
from simulator.local_time import MINUTE
from simulator.routine.help_desk import SYNC
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: who was in before has got nothing."""
    administrator = stage.office_worker("districtAdministrator")
    for number in (1, 2):
        at = stage.at(stage.office_day(number), "02:40")
        yield DirectoryChange(at, "member_removed", SYNC, administrator.account, "SIS Admins")
        yield DirectoryChange(at + MINUTE, "member_added", SYNC, administrator.account, "SIS Admins")

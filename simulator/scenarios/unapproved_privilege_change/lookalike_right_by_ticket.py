"""A right is given by a ticket that names both the person and the group."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import DirectoryChange, Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found."""
    at = stage.at(stage.office_day(3), "10:20")
    teacher, desk = stage.bystander("teacher"), stage.office_worker("ext:it")
    paperwork.grant(stage, at - HOUR, at + 48 * HOUR, teacher.account, "SIS Admins")
    yield DirectoryChange(at, "member_added", desk.account, teacher.account, "SIS Admins")

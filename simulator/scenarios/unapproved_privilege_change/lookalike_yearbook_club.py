"""A teacher joins the mail group of the yearbook club."""

from collections.abc import Iterator

from simulator.happenings import DirectoryChange, Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: no right comes with it."""
    at = stage.at(stage.office_day(1), "13:30")
    teacher, desk = stage.bystander("teacher"), stage.office_worker("ext:it")
    yield DirectoryChange(at, "member_added", desk.account, teacher.account, "Yearbook Club")

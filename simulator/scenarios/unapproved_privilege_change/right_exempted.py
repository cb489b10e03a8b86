"""A student of the computer club gets a right every week, as the principal has exempted."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import DirectoryChange, Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    at = stage.at(stage.office_day(2), "14:45")
    student, desk = stage.bystander("student", school=stage.high), stage.office_worker("ext:it")
    paper = paperwork.exempt(
        stage, "unapproved_privilege_change", at - 24 * HOUR, at + 24 * HOUR, account=student.account
    )
    yield DirectoryChange(at, "member_added", desk.account, student.account, "Lab Admins")
    stage.expect_suppressed("unapproved_privilege_change", paper, at, at, account=student.account)

"""The librarian's scanner sends mail through the retired protocol, by the principal's exemption from the rule."""

from collections.abc import Iterator

from simulator import paperwork, sigma_rules
from simulator.happenings import Happening, SignIn
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    stage.rule("legacy_mail", sigma_rules.LEGACY_MAIL)
    day = stage.school_day(4)
    teacher = stage.take("teacher", day, school=stage.high)
    start = stage.at(day, "20:30")
    paper = paperwork.exempt(
        stage, "sigma:legacy_mail", stage.at(day, "00:00"), stage.at(day, "23:00"), account=teacher.account
    )
    yield SignIn(start, teacher.account, teacher.home, app="Legacy Mail (IMAP)")
    stage.expect_suppressed("sigma:legacy_mail", paper, start, start + MINUTE, account=teacher.account)

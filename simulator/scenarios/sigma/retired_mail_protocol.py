"""A teacher's mail is read through a protocol that the district has retired; its analyst wrote a rule for that."""

from collections.abc import Iterator

from simulator import sigma_rules
from simulator.happenings import Happening, SignIn
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, by the district's own rule."""
    stage.rule("legacy_mail", sigma_rules.LEGACY_MAIL)
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    start = stage.at(day, "20:10")
    yield SignIn(start, teacher.account, teacher.home, app="Legacy Mail (IMAP)")
    stage.expect("sigma:legacy_mail", "event", start, start + MINUTE, account=teacher.account)

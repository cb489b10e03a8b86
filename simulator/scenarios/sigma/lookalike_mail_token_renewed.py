"""A telephone renews a token for the retired protocol, and a teacher signs in to an app that is named nearly alike."""

from collections.abc import Iterator

from simulator import sigma_rules
from simulator.happenings import Happening, SignIn
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the rule leaves out what nobody typed, and asks how the name begins."""
    stage.rule("legacy_mail", sigma_rules.LEGACY_MAIL)
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    start = stage.at(day, "20:20")
    yield SignIn(start, teacher.account, teacher.home, app="Legacy Mail (IMAP)", interactive=False)
    yield SignIn(start + 5 * MINUTE, teacher.account, teacher.home, app="The Legacy Mail Archive")

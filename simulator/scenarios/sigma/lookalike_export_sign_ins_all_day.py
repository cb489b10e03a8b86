"""Six sign-ins to the tool that exports records, one an hour; and four of somebody else within ten minutes."""

from collections.abc import Iterator

from simulator import sigma_rules
from simulator.happenings import Happening, SignIn
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: too few within the rule's ten minutes, and two people do not add up."""
    stage.rule("export_sign_ins", sigma_rules.EXPORT_SIGN_INS)
    day = stage.school_day(4)
    teacher = stage.take("teacher", day, school=stage.high)
    other = stage.take("teacher", day, school=stage.elementary)
    start = stage.at(day, "15:30")
    for number in range(6):
        yield SignIn(start + number * 60 * MINUTE, teacher.account, teacher.home, app="Records Export Console")
    for number in range(4):
        yield SignIn(start + number * MINUTE, other.account, other.home, app="Records Export Console")

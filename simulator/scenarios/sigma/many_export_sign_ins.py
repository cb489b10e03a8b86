"""Somebody signs in six times within nine minutes to the tool that exports records."""

from collections.abc import Iterator

from simulator import sigma_rules
from simulator.happenings import Happening, SignIn
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, by a correlation; the single sign-ins of which it is made are no findings."""
    stage.rule("export_sign_ins", sigma_rules.EXPORT_SIGN_INS)
    day = stage.school_day(3)
    teacher = stage.take("teacher", day, school=stage.high)
    start = stage.at(day, "20:00")
    for number in range(6):
        yield SignIn(start + number * 100_000, teacher.account, teacher.home, app="Records Export Console")
    stage.expect("sigma:many_export_sign_ins", "event_count", start, start + 9 * MINUTE, account=teacher.account)

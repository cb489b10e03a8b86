"""A student never signed this year's contract, and uses the Chromebook on one day."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: no_contract."""
    day = stage.school_day(3)
    student = stage.take("student", *stage.days_from(0), school=stage.high)
    assert student.laptop is not None
    student.signed = False
    start, end = stage.at(day, "09:05"), stage.at(day, "09:50")
    yield from acts.on_chromebook(stage.rng, student.account, student.laptop, start, end)
    stage.expect("ended_account_in_use", "no_contract", start, end, account=student.account)

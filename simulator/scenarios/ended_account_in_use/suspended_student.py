"""A student whose privileges were revoked for a week signs in to the own Chromebook."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: suspended."""
    day = stage.school_day(2)
    student = stage.take("student", *stage.days_from(2), school=stage.high)
    assert student.laptop is not None
    paperwork.stand(stage, "privileges_revoked", stage.at(day, "08:00"), person=student.person_id)
    paperwork.listed(stage, student.account, "disabled", stage.at(day, "16:00"))
    start, end = stage.at(day, "10:05"), stage.at(day, "10:50")
    yield from acts.on_chromebook(stage.rng, student.account, student.laptop, start, end)
    stage.expect("ended_account_in_use", "suspended", start, end, account=student.account)

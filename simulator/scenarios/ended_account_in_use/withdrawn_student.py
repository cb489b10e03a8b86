"""A student who left the district this morning signs in to the own Chromebook after lunch."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found."""
    day = stage.school_day(3)
    student = stage.take("student", *stage.days_from(3), school=stage.high)
    assert student.laptop is not None
    paperwork.stand(stage, "withdrawn", stage.at(day, "10:00"), person=student.person_id)
    paperwork.listed(stage, student.account, "disabled", stage.at(day, "16:00"))
    paperwork.give_back(stage, student, returned=stage.at(day, "15:00"))
    start, end = stage.at(day, "12:45"), stage.at(day, "13:30")
    yield from acts.on_chromebook(stage.rng, student.account, student.laptop, start, end)
    stage.expect("ended_account_in_use", "separated", start, end, account=student.account)

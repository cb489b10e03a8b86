"""A grown student also works as an aide, and uses the Chromebook that is assigned to her."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.school_year import terms
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it is her own."""
    day = stage.school_day(1)
    student = stage.take("student", day, school=stage.high)
    assert student.laptop is not None
    stage.row(
        "roles",
        sourcedId=f"r2-{student.person_id}",
        status="active",
        userSourcedId=student.person_id,
        roleType="secondary",
        role="aide",
        beginDate=terms(day).begins_on.isoformat(),
        orgSourcedId=stage.high.org,
    )
    start = stage.at(day, "09:05")
    yield from acts.on_chromebook(stage.rng, student.account, student.laptop, start, start + 45 * MINUTE)

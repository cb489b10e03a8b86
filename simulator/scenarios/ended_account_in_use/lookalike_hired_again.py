"""A teacher's role ended yesterday; since today the same person is a substitute."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: there is a role today."""
    last, day = stage.school_day(1), stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None
    teacher.last_day = last.isoformat()
    stage.row(
        "roles",
        sourcedId=f"r2-{teacher.person_id}",
        status="active",
        userSourcedId=teacher.person_id,
        roleType="primary",
        role="ext:substitute",
        beginDate=day.isoformat(),
        orgSourcedId=stage.elementary.org,
    )
    start = stage.at(day, "09:05")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start, start + HOUR)

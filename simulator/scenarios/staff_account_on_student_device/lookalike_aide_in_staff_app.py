"""A grown student who also works as an aide signs in to the app of the aides."""

from collections.abc import Iterator

from simulator.happenings import Happening, SignIn
from simulator.school_year import terms
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it comes with the second role."""
    day = stage.school_day(3)
    stage.row("apps", app="Lunchroom Register", roles="aide;teacher")
    student = stage.take("student", day, school=stage.high)
    stage.row(
        "roles",
        sourcedId=f"r3-{student.person_id}",
        status="active",
        userSourcedId=student.person_id,
        roleType="secondary",
        role="aide",
        beginDate=terms(day).begins_on.isoformat(),
        orgSourcedId=stage.high.org,
    )
    yield SignIn(stage.at(day, "11:40"), student.account, student.home, app="Lunchroom Register")

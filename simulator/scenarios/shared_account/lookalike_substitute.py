"""A substitute uses the computers of five rooms in one day, one after the other."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: few substitutes make no cohort, and room computers are not counted then."""
    day = stage.school_day(4)
    account, person = "substitute-rowan", "p-substitute-1"
    stage.row(
        "users",
        sourcedId=person,
        status="active",
        username=account,
        givenName="Sub",
        familyName="Rowan",
        primaryOrgSourcedId=stage.high.org,
    )
    stage.row(
        "roles",
        sourcedId="r-substitute-1",
        status="active",
        userSourcedId=person,
        roleType="primary",
        role="ext:substitute",
        beginDate="2025-08-10",
        orgSourcedId=stage.high.org,
    )
    stage.row("accounts", account=account, person=person, kind="personal")
    for number in range(5):
        pc = stage.spare_pc(stage.high)
        begun = stage.at(day, "08:02") + number * HOUR
        yield from acts.at_desk(stage.rng, account, pc, pc.address, begun, begun + 45 * MINUTE)

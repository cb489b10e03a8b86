"""A vendor's sponsor, a former principal, left at New Year; the agreement runs on."""

from collections.abc import Iterator
from datetime import timedelta

from simulator import paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.school_year import terms
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: sponsor."""
    day = stage.office_day(1)
    year = terms(day)
    stage.row(
        "users",
        sourcedId="p-former-principal",
        status="active",
        username="former-principal",
        givenName="Former",
        familyName="Principal",
        primaryOrgSourcedId="DO",
    )
    stage.row(
        "roles",
        sourcedId="r-former-principal",
        status="active",
        userSourcedId="p-former-principal",
        roleType="primary",
        role="principal",
        beginDate="2015-08-01",
        endDate=(year.begins_on + timedelta(7)).isoformat(),
        orgSourcedId="DO",
    )
    vendor = paperwork.hire(stage, "archive", sponsor="p-former-principal")
    start, end = stage.at(day, "13:10"), stage.at(day, "14:00")
    paperwork.approve(stage, start - HOUR, end + HOUR, vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, start, end)
    stage.expect("overdue_duty", "sponsor", *stage.since_summer(), vendor=vendor.vendor)

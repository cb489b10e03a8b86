"""What came of violations, with the role and school of whom they are about: what a uniformity report is made of."""

from datetime import datetime

import msgspec

from storage.client import Store
from storage.queries.triage import STANDINGS
from storage.queries.where import Where


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """A violation with where it stands, the role and the school (`orgSourcedId`) of its person; empty: not known."""

    violation_id: str
    detection: str
    severity: str
    state: str
    outcome: str
    role: str
    school: str


_ROLES = """SELECT district AS home, JSONExtractString(told, 'userSourcedId') AS whose,
 argMin(JSONExtractString(told, 'role'), key) AS role, argMin(JSONExtractString(told, 'orgSourcedId'), key) AS school
 FROM (SELECT district, key, argMax(row, (version, log_line)) AS told FROM reference
 WHERE `table` = 'roles' GROUP BY district, key) WHERE told != '' GROUP BY home, whose"""
_SQL = f"""SELECT violation_id, detection, severity, if(s.state = '', 'new', s.state) AS state, s.outcome AS outcome,
 r.role AS role, r.school AS school FROM
 (SELECT district, violation_id, detection, severity, person FROM newest_violations {{where}}) AS v
 LEFT JOIN ({STANDINGS}) AS s ON s.district = v.district AND s.id = v.violation_id
 LEFT JOIN ({_ROLES}) AS r ON r.home = v.district AND r.whose = v.person ORDER BY violation_id"""


def handled(store: Store, district: str | None, since: datetime | None, until: datetime | None) -> list[Handled]:
    """Every violation that stands and began in [since, until)."""
    where = Where(district).between("started_at", since, until).among("status", ("open", "provisional"))
    return store.rows(_SQL.format(where=where), Handled, where.parameters)

"""What violations are chosen by besides what they say themselves: the clauses they cite, the schools they are about."""

from collections.abc import Sequence

import msgspec

from storage.client import Store
from storage.queries.where import MOST, Where


class Cited(msgspec.Struct, frozen=True):
    """A clause that some violation cites, and where it stands."""

    clause_id: str
    section: str


class School(msgspec.Struct, frozen=True):
    """A school of the district's own tables."""

    id: str
    name: str


# Tables as they were last told; an ended row has no words.
_LAST = (
    "SELECT district, key, argMax(row, (version, log_line)) AS told FROM reference WHERE `table` = '{table}'"
    " GROUP BY district, key"
)
_CLAUSES = """SELECT clause_id, max(said) AS section FROM (SELECT JSONExtractString(one, 'clause_id') AS clause_id,
 JSONExtractString(one, 'section') AS said FROM newest_violations
 ARRAY JOIN JSONExtractArrayRaw(body, 'clauses') AS one {where})
 GROUP BY clause_id ORDER BY section, clause_id {limit}"""
_SCHOOLS = """SELECT splitByChar('@', key)[1] AS id, max(JSONExtractString(told, 'name')) AS name FROM ({last}) {where}
 GROUP BY id ORDER BY name, id {limit}"""


def clauses(store: Store, district: str | None) -> list[Cited]:
    """The clauses that violations cite, in order of their sections."""
    where = Where(district)
    return store.rows(_CLAUSES.format(where=where, limit=where.limit(MOST)), Cited, where.parameters)


def schools(store: Store, district: str | None) -> list[School]:
    """The schools of a district, in order of their names."""
    where = Where(district).that("lower(JSONExtractString(told, 'type')) = 'school'")
    sql = _SCHOOLS.format(last=_LAST.format(table="orgs"), where=where, limit=where.limit(MOST))
    return store.rows(sql, School, where.parameters)


def cites(where: Where, clause_ids: Sequence[str]) -> str:
    """The condition that a violation cites one of these clauses."""
    asked = f"has({where.bind(list(clause_ids), 'Array(String)')}, JSONExtractString(one, 'clause_id'))"
    return f"arrayExists(one -> {asked}, JSONExtractArrayRaw(body, 'clauses'))"


def is_at(where: Where, school_ids: Sequence[str]) -> str:
    """The condition that a violation is about somebody who has a role at one of these schools; where it names nobody,
    about a device of one of them."""
    asked = where.bind(list(school_ids), "Array(String)")
    people, devices = (
        f"SELECT district, JSONExtractString(told, '{column}') FROM ({_LAST.format(table=table)})"
        f" WHERE has({asked}, JSONExtractString(told, '{school}'))"
        for table, column, school in (("roles", "userSourcedId", "orgSourcedId"), ("devices", "device_id", "org"))
    )
    return f"(district, person) IN ({people}) OR person = '' AND (district, device_id) IN ({devices})"

"""How violations stand with the people who handle them, as ClickHouse can tell it: the newest standing of each.

A decision holds if it is the first that saw so many before it (`casework/fold.py`); each says the whole standing.
"""

from typing import Protocol

import msgspec

from storage.client import Store
from storage.queries.where import Where

TRIAGED = "violation.triaged"
_FIRST = f"""SELECT district, substring(entity, 11) AS id, assumeNotNull(expected_version) AS seen,
 argMin(body, (version, event_id)) AS told FROM casework
 WHERE kind = '{TRIAGED}' AND startsWith(entity, 'violation:') AND expected_version IS NOT NULL
 GROUP BY district, entity, expected_version"""
# Without those who claim to have seen more decisions than there were: 0, 1, 2 hold, and a 99 after them does not.
_HOLDING = f"""SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY district, id ORDER BY seen) - 1 AS before
 FROM ({_FIRST})) WHERE seen = before"""
# district, id, state, outcome, assignee: of every violation that somebody decided about.
STANDINGS = f"""SELECT district, id, JSONExtractString(argMax(told, seen) AS body, 'state') AS state,
 JSONExtractString(body, 'outcome') AS outcome, JSONExtractString(body, 'assignee') AS assignee
 FROM ({_HOLDING}) GROUP BY district, id"""


class Named(Protocol):
    """Whatever says which violation it is."""

    @property
    def district(self) -> str: ...

    @property
    def violation_id(self) -> str: ...


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where the handling of a violation stands."""

    state: str = "new"
    outcome: str | None = None
    assignee: str | None = None


Standings = dict[tuple[str, str], Standing]  # by district and id; who is not in it is new


class _Row(Standing, frozen=True, kw_only=True):
    district: str
    id: str


_SQL = f"""SELECT district, id, state, nullIf(outcome, '') AS outcome, nullIf(assignee, '') AS assignee
 FROM ({STANDINGS}) {{where}}"""


def standings(store: Store, district: str | None, ids: list[str] | None = None) -> Standings:
    """By district and id; who is not in it is new. `ids`: only of these (a page of them, not thousands)."""
    where = Where(district).among("id", ids or ())
    found = store.rows(_SQL.format(where=where), _Row, where.parameters)
    return {
        (one.district, one.id): Standing(state=one.state, outcome=one.outcome, assignee=one.assignee) for one in found
    }


def standing_of(one: Named, found: Standings) -> Standing:
    """Where a violation stands."""
    return found.get((one.district, one.violation_id), Standing())


def among(where: Where, states: tuple[str, ...], outcomes: tuple[str, ...], assignees: tuple[str, ...]) -> Where:
    """Ask `where`, a question of `newest_violations`, for violations that stand so; empty asks nothing."""
    told = (("state", states), ("outcome", outcomes), ("assignee", assignees))
    asked = [f"{name} IN {where.bind(list(words), 'Array(String)')}" for name, words in told if words]
    if not asked:
        return where
    fits = [f"(district, violation_id) IN (SELECT district, id FROM ({STANDINGS}) WHERE {' AND '.join(asked)})"]
    if "new" in states and not outcomes and not assignees:
        fits.append(f"(district, violation_id) NOT IN (SELECT district, id FROM ({STANDINGS}))")
    return where.that(" OR ".join(fits))


class _Id(msgspec.Struct):
    id: str


def triaged_and_stored(store: Store, district: str) -> frozenset[str]:
    """The violations about which somebody decided and that are still stored, by id. Raises `Unavailable`."""
    where = Where().equal("district", district)
    triaged = f"SELECT substring(entity, 11) FROM casework {where} AND startsWith(entity, 'violation:')"
    sql = f"SELECT DISTINCT violation_id AS id FROM violations {where} AND violation_id IN ({triaged})"
    return frozenset(row.id for row in store.rows(sql, _Id, where.parameters))

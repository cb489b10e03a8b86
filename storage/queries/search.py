"""Who and what matches a text: the names found, how often, and when last; their events are a timeline's page."""

from datetime import datetime

import msgspec

from storage.client import Store
from storage.queries.subject import COLUMNS, KINDS, Subject, matches, names
from storage.queries.where import Where


class Match(msgspec.Struct, frozen=True):
    """A name that matches, what kind of thing it names, and its events."""

    kind: str
    name: str
    events: int
    first_at: str
    last_at: str


def search(
    store: Store,
    district: str | None,
    sought: Subject,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 200,
) -> list[Match]:
    """The names that match, those with most events first; one row for each kind of thing a name stands for."""
    where = Where(district).between("occurred_at", since, until)
    kinds = [sought.kind] if sought.kind else list(KINDS)
    pairs = ", ".join(f"('{kind}', {column})" for kind in kinds for column in COLUMNS[kind])
    fits = matches(where, "name", sought.text)
    if sought.account:
        fits += f" OR kind = 'account' AND {matches(where, 'name', sought.account[0])}"
    if sought.people:
        fits += f" OR kind = 'person' AND name IN {where.bind(list(sought.people), 'Array(String)')}"
    sql = (
        "SELECT named.1 AS kind, named.2 AS name, count() AS events, min(occurred_at) AS first_at,"
        f" max(occurred_at) AS last_at FROM (SELECT occurred_at, arrayJoin(arrayDistinct([{pairs}])) AS named"
        f" FROM events FINAL {where.that(names(where, sought))}) WHERE {fits}"
        f" GROUP BY kind, name ORDER BY events DESC, kind, name {where.limit(limit)}"
    )
    return store.rows(sql, Match, where.parameters)

"""Whom and what else a subject's events name: where an investigator can go on from a timeline."""

import msgspec

from storage.client import Store
from storage.queries.districts import homes
from storage.queries.subject import KINDS, Subject, named_in
from storage.queries.timeline import Span, about
from storage.queries.where import MOST


class Pivot(msgspec.Struct, frozen=True):
    """A name that stands in some of the events, what kind of thing it names, and in how many."""

    kind: str
    name: str
    events: int


def pivots(store: Store, district: str | None, sought: Subject, span: Span, of_each: int = 8) -> list[Pivot]:
    """Of each kind the names that stand in most of the subject's events, the most frequent first."""
    where = about(district, sought, span)
    told = named_in(where, homes(store, district), KINDS)
    each = max(1, min(of_each, 100))
    sql = (
        "SELECT named.1 AS kind, named.2 AS name, count() AS events FROM"
        f" (SELECT {told} AS named FROM events FINAL {where})"
        f" WHERE name != '' GROUP BY kind, name ORDER BY kind, events DESC, name LIMIT {each} BY kind"
        f" {where.limit(MOST)}"
    )
    return store.rows(sql, Pivot, where.parameters)

"""Whom and what else a subject's events name: where an investigator can go on from a timeline."""

from functools import partial

import msgspec

from storage.client import Store
from storage.queries.districts import homes
from storage.queries.hours import Unsettled, settled
from storage.queries.subject import KINDS, Subject, named_in
from storage.queries.timeline import Span, last_of
from storage.queries.where import APART, MOST


class Pivot(msgspec.Struct, frozen=True):
    """A name that stands in some of the events, what kind of thing it names, and in how many."""

    kind: str
    name: str
    events: int


def pivots(store: Store, district: str | None, sought: Subject, span: Span, of_each: int = 8) -> list[Pivot]:
    """Of each kind the names that stand in most of the subject's events, the most frequent first."""
    return settled(store, partial(_pivots, store, district, sought, span, max(1, min(of_each, 100))))


def _pivots(
    store: Store, district: str | None, sought: Subject, span: Span, of_each: int, hours: Unsettled
) -> list[Pivot]:
    where, rows = last_of(district, sought, span, hours)
    told = named_in(where, homes(store, district), KINDS)
    sql = (
        f"SELECT named.1 AS kind, named.2 AS name, count() AS events FROM (SELECT {told} AS named FROM {rows})"
        f" WHERE name != '' GROUP BY kind, name ORDER BY kind, events DESC, name LIMIT {of_each} BY kind"
        f" {where.limit(MOST)} SETTINGS {APART}"
    )
    return store.rows(sql, Pivot, where.parameters)

"""Who and what matches a text: the names found, how often, and when last; their events are a timeline's page."""

from datetime import datetime
from functools import partial

import msgspec

from model.reference import qualified
from storage.client import Store
from storage.queries.districts import homes
from storage.queries.hours import Unsettled, settled, standing
from storage.queries.subject import KINDS, Subject, matches, named_in, names
from storage.queries.where import APART, Where


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
    return settled(store, partial(_search, store, district, sought, (since, until), limit))


def _search(
    store: Store,
    district: str | None,
    sought: Subject,
    span: tuple[datetime | None, datetime | None],
    limit: int,
    hours: Unsettled,
) -> list[Match]:
    where = Where(district)
    rows = standing(where.that(names(where, sought)), hours, *span)
    told = named_in(where, homes(store, district), [sought.kind] if sought.kind else list(KINDS))
    fits = f"{matches(where, 'name', sought.text)} OR {matches(where, 'written', sought.text)}"
    if sought.account:
        fits += f" OR kind = 'account' AND {_fits_account(where, sought)}"
    if sought.people:
        fits += f" OR kind = 'person' AND name IN {where.bind(list(sought.people), 'Array(String)')}"
    named = f"SELECT occurred_at, {told} AS named FROM {rows}"
    each = f"SELECT occurred_at, named.1 AS kind, named.2 AS name, named.3 AS written FROM ({named})"
    sql = (
        "SELECT kind, name, count() AS events, min(occurred_at) AS first_at, max(occurred_at) AS last_at"
        f" FROM ({each}) WHERE {fits} GROUP BY kind, name ORDER BY events DESC, kind, name {where.limit(limit)}"
        f" SETTINGS {APART}"
    )
    return store.rows(sql, Match, where.parameters)


def _fits_account(where: Where, sought: Subject) -> str:
    """The condition that the name of an account is one by which the subject is known."""
    name, realm = sought.account or ("", "")
    plain = [name] if sought.homes or "*" in realm else []
    return "(" + " OR ".join(matches(where, "name", one) for one in [qualified(name, realm), *plain]) + ")"

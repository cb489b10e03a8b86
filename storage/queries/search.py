"""Who and what matches a text: the names found, how often, and when last; their events are a timeline's page."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from model.reference import qualified
from storage.client import Store
from storage.queries.districts import homes
from storage.queries.hours import HOSTS, HOUR, NAMES, Unsettled, among, pieces, settled, short, standing
from storage.queries.subject import DOMAIN_OF, KINDS, Homes, Subject, matches, named_in, names
from storage.queries.where import APART, Where

Span = tuple[datetime | None, datetime | None]
_BOTH = 3  # both counts by hour know the name


class Match(msgspec.Struct, frozen=True):
    """A name that matches, what kind of thing it names, and its events."""

    kind: str
    name: str
    events: int
    first_at: str
    last_at: str


class _Counted(msgspec.Struct, frozen=True):
    kind: str
    name: str
    events: int
    first: int  # the hours of the first and the last
    last: int
    known_by: int


class _Question(msgspec.Struct, frozen=True):
    district: str | None
    sought: Subject
    homes: Homes
    span: Span
    hours: Unsettled

    def about(self, where: Where, columns: Collection[str] | None = None) -> Where:
        """The condition that a row names what is sought; `columns`: in one of these."""
        return where.beside(self.district).that(names(where, self.sought, columns))

    def named(self, where: Where, rows: str, more: str, columns: Collection[str] | None = None) -> str:
        """The names in `rows` that fit: kind, name and what `more` asks for; of a row each name once."""
        kinds = [self.sought.kind] if self.sought.kind else KINDS
        told = named_in(where, self.homes, kinds, columns)
        each = f"SELECT *, {told} AS named FROM {rows}"
        parts = f"SELECT *, named.1 AS kind, named.2 AS name, named.3 AS written FROM ({each})"
        return f"SELECT kind, name, {more} FROM ({parts}) WHERE {_fits(where, self.sought)}"


def search(
    store: Store,
    district: str | None,
    sought: Subject,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 200,
) -> list[Match]:
    """The names that match, those with most events first; one row for each kind of thing a name stands for."""
    known = homes(store, district)
    return settled(
        store, lambda hours: _search(store, _Question(district, sought, known, (since, until), hours), limit)
    )


def _search(store: Store, asked: _Question, limit: int) -> list[Match]:
    if short(*asked.span):
        return _matches(store, asked, limit)
    counted = _counted(store, asked, limit)
    if any(one.known_by == _BOTH for one in counted):  # a row that both count would count twice
        return _matches(store, asked, limit)
    reached = {hour for one in counted for hour in (one.first, one.last)}
    times = {(one.kind, one.name): one for one in _matches(store, asked, limit, reached)} if reached else {}
    return [
        msgspec.structs.replace(found, events=one.events)
        for one in counted
        if (found := times.get((one.kind, one.name)))
    ]


def _counted(store: Store, asked: _Question, limit: int) -> list[_Counted]:
    """The names that match, by the counts by hour; where these may be wrong, by the rows."""
    where, each, rest = Where(), [], []
    for known_by, columns in ((1, NAMES), (2, HOSTS)):
        if set(columns) & set(asked.sought.columns):
            kept, *rest = pieces(asked.about(where), asked.hours, *asked.span, asked.about(where, columns))
            by = ", ".join(("district", "category", *columns, *(DOMAIN_OF.values() if columns is NAMES else ())))
            rows = f"(SELECT {by}, {HOUR} AS hour, count() AS rows FROM {kept} GROUP BY {by}, hour)"
            each.append(asked.named(where, rows, f"hour, rows, {known_by} AS known_by", columns))
    for piece in rest:
        each.append(asked.named(where, piece, f"{HOUR} AS hour, 1 AS rows, 0 AS known_by"))
    sql = (
        "SELECT kind, name, sum(rows) AS events, min(hour) AS first, max(hour) AS last,"
        f" groupBitOr(known_by) AS known_by FROM ({' UNION ALL '.join(each)}) GROUP BY kind, name"
        f" ORDER BY events DESC, kind, name {where.limit(limit)} SETTINGS {APART}"
    )
    return store.rows(sql, _Counted, where.parameters)


def _matches(store: Store, asked: _Question, limit: int, hours: Collection[int] | None = None) -> list[Match]:
    """The names that match, by the rows; `hours`: by those of these hours alone, and then however many names."""
    where = Where()
    about = asked.about(where) if hours is None else asked.about(where).that(among(where, hours))
    each = asked.named(where, standing(about, asked.hours, *asked.span), "occurred_at")
    sql = (
        "SELECT kind, name, count() AS events, min(occurred_at) AS first_at, max(occurred_at) AS last_at"
        f" FROM ({each}) GROUP BY kind, name ORDER BY events DESC, kind, name"
        f" {where.limit(limit) if hours is None else ''} SETTINGS {APART}"
    )
    return store.rows(sql, Match, where.parameters)


def _fits(where: Where, sought: Subject) -> str:
    fits = f"{matches(where, 'name', sought.text)} OR {matches(where, 'written', sought.text)}"
    if sought.account:
        fits += f" OR kind = 'account' AND {_fits_account(where, sought)}"
    if sought.people:
        fits += f" OR kind = 'person' AND name IN {where.bind(list(sought.people), 'Array(String)')}"
    return fits


def _fits_account(where: Where, sought: Subject) -> str:
    """The condition that the name of an account is one by which the subject is known."""
    name, realm = sought.account or ("", "")
    plain = [name] if sought.homes or "*" in realm else []
    return "(" + " OR ".join(matches(where, "name", one) for one in [qualified(name, realm), *plain]) + ")"

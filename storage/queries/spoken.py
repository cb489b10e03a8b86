"""When each source spoke, of anybody and of one subject: what a coverage report is made of."""

from datetime import datetime

import msgspec

from storage.client import Store
from storage.queries.hours import Unsettled, settled, standing
from storage.queries.subject import Subject, names
from storage.queries.where import APART, MOST, Where

_KINDS = {"person": "person", "account": "account", "device": "device_id"}


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """One source over a time: how much it told, how much of the subject, in which hours (UTC, `2026-03-04T14`).

    `names_such`: events of it, at any time, that name anybody or anything of the subject's kind.
    """

    source_id: str
    categories: list[str]
    products: list[str]
    events: int
    about: int
    names_such: int
    first_at: str | None = None
    last_at: str | None = None
    hours: list[str] = []


class Hour(msgspec.Struct, frozen=True):
    """An hour in which a source told of the subject."""

    source_id: str
    hour: str


_TOLD = "action NOT IN ('source.silent', 'source.resumed', 'record.unrecognised')"
_SQL = """SELECT source_id, arraySort(groupUniqArray(10)(category)) AS categories,
 arraySort(groupUniqArray(100)(product)) AS products, countIf({within}) AS events,
 countIf(({within}) AND ({about})) AS about, countIf({named} != '') AS names_such,
 minOrNullIf(occurred_at, {within}) AS first_at, maxOrNullIf(occurred_at, {within}) AS last_at,
 arraySort(groupUniqArrayIf(formatDateTime(occurred_at, '%Y-%m-%dT%H', 'UTC'), {within})) AS hours
 FROM {rows} GROUP BY source_id ORDER BY source_id {limit} SETTINGS {apart}"""


def spoken(store: Store, district: str, sought: Subject, since: datetime, until: datetime) -> list[Spoken]:
    """Every source of a district that ever told anything."""

    def ask(hours: Unsettled) -> list[Spoken]:
        where = Where(district).that(_TOLD)
        rows = standing(where, hours)
        within = f"occurred_at >= {where.instant(since)} AND occurred_at < {where.instant(until)}"
        asked = {"within": within, "about": names(where, sought), "named": _KINDS.get(sought.kind or "", "account")}
        sql = _SQL.format(rows=rows, limit=where.limit(MOST), apart=APART, **asked)
        return store.rows(sql, Spoken, where.parameters)

    return settled(store, ask)

"""What people decided, as stored: by entity, by kind and by author, in the order of the log.

A row that bears no mark of ours is nobody's decision, and is in no answer (storage/row_marks.py).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from model.casework import CaseworkEvent
from storage.client import QueryFailed, Store, quoted
from storage.queries.where import MOST, Where
from storage.row_marks import SAID, Decided

_COLUMNS = ", ".join((*SAID, "mark"))
_STEP = 1_000  # rows looked at in one question, where most may be a stranger's
_ORDER = "version, event_id"
_MOST_NAMED = 30_000  # rows that a question names: its conditions stand in an address, which holds a megabyte at most


class _Number(msgspec.Struct):
    number: int


class _Digested(Decided, gc=False):
    digest: str = ""


def of_entities(store: Store, entities: Sequence[tuple[str, str]]) -> list[CaseworkEvent]:
    """Every decision about these entities (district and entity), in the order of the log."""
    if not entities:
        return []
    where = Where()
    pairs = ", ".join(f"({where.bind(home, 'String')}, {where.bind(one, 'String')})" for home, one in entities)
    where.that(f"(district, entity) IN ({pairs})")
    return _events(store, f"SELECT {_COLUMNS} FROM casework FINAL {where} ORDER BY {_ORDER}", where)


def of_noun(store: Store, district: str | None, noun: str) -> list[CaseworkEvent]:
    """Every decision about entities of one noun (`user`, `case`) of a district (None: of all), in the log's order."""
    where = Where().equal("district", district)
    where.that(f"startsWith(entity, {where.bind(noun + ':', 'String')})")
    return _events(store, f"SELECT {_COLUMNS} FROM casework FINAL {where} ORDER BY {_ORDER}", where)


def matching(
    store: Store,
    *,
    district: str | None = None,
    kinds: Sequence[str] = (),
    actor: str | None = None,
    entity: str | None = None,
    since: datetime | None = None,
    limit: int = 200,
) -> list[CaseworkEvent]:
    """The newest decisions of these kinds, by this author, about this entity; newest first."""
    where = Where().equal("district", district).among("kind", kinds).equal("actor", actor).equal("entity", entity)
    where.between("at", since, None)
    sql = f"SELECT {_COLUMNS} FROM casework FINAL {where} ORDER BY at DESC, version DESC, event_id"
    found: list[CaseworkEvent] = []
    for rows in _pages(store, sql, where, min(limit, MOST)):
        found += map(_event, rows)
        if len(found) >= min(limit, MOST):
            break
    return found[: min(limit, MOST)]


def entities_decided(store: Store, where: Where) -> list[tuple[str, str]]:
    """District and entity of every decision that `where` asks for, each once, in order."""
    found = _events(store, f"SELECT {_COLUMNS} FROM casework {where}", where)
    return sorted({(one.district, one.entity) for one in found})


def is_stored(store: Store, event: CaseworkEvent) -> bool:
    """Whether its row is there."""
    where = Where().equal("district", event.district).equal("entity", event.entity).equal("event_id", event.event_id)
    return bool(_events(store, f"SELECT {_COLUMNS} FROM casework {where}", where))


def partition_of(store: Store, district: str) -> int | None:
    """The partition of `audit.casework` that holds a district's decisions; None where none is stored."""
    where = Where().equal("district", district)
    newest = _newest(store, f"SELECT {_COLUMNS} FROM casework {where} ORDER BY version DESC, event_id", where)
    return newest.log_partition if newest else None


def partitions_of_log(store: Store, district: str) -> list[int]:
    """The partitions in which rows say that they stood; one is the district's, which its events share."""
    where = Where().equal("district", district)
    sql = f"SELECT log_partition AS number FROM reference {where} GROUP BY number ORDER BY count() DESC LIMIT 100"
    return [row.number for row in store.rows(sql, _Number, where.parameters)]


def reached(store: Store, partition: int) -> int:
    """The offset behind the last decision stored of a partition."""
    where = Where()
    where.that(f"log_partition = {where.bind(partition, 'UInt16')}")
    newest = _newest(store, f"SELECT {_COLUMNS} FROM casework {where} ORDER BY log_offset DESC, event_id", where)
    return newest.log_offset + 1 if newest else 0


def believed(store: Store, kind: str) -> Store:
    """The store without the rows of a kind that are nobody's decision, for questions that fold in ClickHouse.

    The rows that stand now are told apart, so ask at once and ask for a store anew each time: of rows that are stored
    between, a decision may be missing in that one answer, and a row that is nobody's may be in it.

    Raises `QueryFailed` where there are too many of both to tell them apart so.
    """
    if store.marks is None:
        return store
    where = Where().equal("kind", kind)
    rows = store.rows(f"SELECT {_COLUMNS}, {_DIGEST} AS digest FROM casework {where}", _Digested, where.parameters)
    ours, forged = set[str](), set[str]()
    for row in rows:
        (ours if store.marks.ours(row) else forged).add(row.digest)
    if not forged:
        return store
    if min(len(ours), len(forged)) > _MOST_NAMED:
        raise QueryFailed(
            f"{len(forged):,} rows that are nobody's decision stand in the table casework, too many to leave out."
            " `hallmonitor ledger verify` names them; have them removed from ClickHouse"
        )
    if len(forged) <= len(ours):
        return store.without("casework", f"{_DIGEST} IN ({_listed(forged)})")
    return store.without("casework", f"kind = {quoted(kind)} AND {_DIGEST} NOT IN ({_listed(ours)})")


def _listed(digests: set[str]) -> str:
    return ", ".join(f"'{digest}'" for digest in sorted(digests)) or "''"


# As short as nobody can forge another row with it: they stand in a question, and there may be thousands.
_DIGEST = f"substring(hex(SHA256(toString(tuple({', '.join((*SAID, 'mark'))})))), 1, 16)"


def _newest(store: Store, sql: str, where: Where) -> Decided | None:
    """The first row that is a decision of ours."""
    return next((rows[0] for rows in _pages(store, sql, where, 1) if rows), None)


def _pages(store: Store, sql: str, where: Where, first: int) -> Iterator[list[Decided]]:
    """Rows of ours, page by page, as long as there are rows; the first page has at most `first`."""
    offset, step = 0, first
    while True:
        seen: list[bool] = []
        ours = _ours(store) or bool
        only = partial(_noting, seen, ours)
        yield store.rows(f"{sql} LIMIT {step} OFFSET {offset}", Decided, where.parameters, only=only)
        if len(seen) < step:
            return
        offset, step = offset + step, _STEP


def _noting(seen: list[bool], ours: Callable[[bytes], bool], line: bytes) -> bool:
    seen.append(ours(line))
    return seen[-1]


def _ours(store: Store) -> Callable[[bytes], bool] | None:
    return store.marks.fits if store.marks else None


def _events(store: Store, sql: str, where: Where) -> list[CaseworkEvent]:
    return [_event(row) for row in store.rows(sql, Decided, where.parameters, only=_ours(store))]


def _event(row: Decided) -> CaseworkEvent:
    said = {name: getattr(row, name) for name in CaseworkEvent.__struct_fields__}
    body: dict[str, Any] = msgspec.json.decode(row.body, type=dict[str, Any])
    return CaseworkEvent(**{**said, "body": body})

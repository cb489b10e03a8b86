"""What people decided, as stored: by entity, by kind and by author, in the order of the log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from model.casework import CaseworkEvent
from storage.client import Store
from storage.queries.where import MOST, Where

_COLUMNS = ", ".join(CaseworkEvent.__struct_fields__)
_ORDER = "version, event_id"


class _Number(msgspec.Struct):
    number: int


class Placed(NamedTuple):
    """A decision and its place in the stream."""

    event: CaseworkEvent
    version: int


class _Decision(msgspec.Struct):
    district: str
    entity: str
    event_id: str
    kind: str
    at: str
    actor: str
    role: str
    purpose: str
    expected_version: int | None
    body: str
    version: int = 0


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


def placed(store: Store, district: str) -> list[Placed]:
    """Every decision of a district but searches, with its place, in the log's order."""
    where = Where().equal("district", district).that("kind != 'search.made'")
    sql = f"SELECT {_COLUMNS}, version FROM casework FINAL {where} ORDER BY {_ORDER}"
    return [Placed(_event(row), row.version) for row in store.rows(sql, _Decision, where.parameters)]


def destroyed_numbers(store: Store, noun: str, district: str | None = None) -> set[str]:
    """The numbers of cases or requests that a run of the schedule destroyed, or is about to: nobody gets one again."""
    listed = matching(store, district=district, kinds=("retention.listed",), limit=MOST)
    named = [one for event in listed for one in event.body["entities"]]
    return {one.partition(":")[2] for one in named if one.partition(":")[0] == noun}


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
    return _events(store, f"{sql} {where.limit(limit)}", where)


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
    sql = f"SELECT log_partition AS number FROM casework {where} ORDER BY version DESC, event_id LIMIT 1"
    return next((row.number for row in store.rows(sql, _Number, where.parameters)), None)


def partitions_of_log(store: Store, district: str) -> list[int]:
    """The partitions in which rows say that they stood; one is the district's, which its events share."""
    where = Where().equal("district", district)
    sql = f"SELECT log_partition AS number FROM reference {where} GROUP BY number ORDER BY count() DESC LIMIT 100"
    return [row.number for row in store.rows(sql, _Number, where.parameters)]


def reached(store: Store, partition: int) -> int:
    """The offset behind the last decision stored of a partition."""
    where = Where()
    where.that(f"log_partition = {where.bind(partition, 'UInt16')}")
    sql = f"SELECT max(log_offset + 1) AS number FROM casework {where}"
    return store.rows(sql, _Number, where.parameters)[0].number


def _events(store: Store, sql: str, where: Where) -> list[CaseworkEvent]:
    return [_event(row) for row in store.rows(sql, _Decision, where.parameters)]


def _event(row: _Decision) -> CaseworkEvent:
    said: dict[str, Any] = msgspec.structs.asdict(row)
    del said["version"]
    return CaseworkEvent(**{**said, "body": msgspec.json.decode(row.body, type=dict[str, Any])})

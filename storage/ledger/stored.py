"""The rows of each class as the store holds them now, in the order of the stream, for comparing with the ledger."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from model.casework import CaseworkEvent
from model.dead_letter import DeadLetter
from model.event import Event
from model.violation import Violation
from storage.client import Store
from storage.ledger.leaves import Place, casework_text, event_text, fact_text, head_of, letter_text, line_text, raw_text
from storage.ledger.reading import RAW, event_rows
from storage.queries.event_rows import EVENT, StoredEvent
from storage.row_marks import BEARERS, Decided, RowMarks, Stated, read_marked
from storage.rows import COLUMNS

EVENT_CLASSES = ("auth_events", "vpn_events", "proxy_events", "device_events")
DECISIONS = "casework"
FACTS = "reference"
TABLES = {**dict.fromkeys((*EVENT_CLASSES, RAW), "events"), FACTS: FACTS, "violations": "violations",
          "dead_letters": "dead_letters", DECISIONS: DECISIONS}  # fmt: skip
COLUMN_OF_ID = {"events": "event_id", "violations": "violation_id", "dead_letters": "dead_letter_id",
                DECISIONS: "event_id", FACTS: "concat(`table`, ':', key)"}  # fmt: skip
OF_NO_CLASS = "unknown"  # the class of events whose category no class has: nobody of ours stores such


class StoredRow(NamedTuple):
    """A row as stored: where it stood in the stream, which it is, and its canonical text; None where it contradicts
    itself (a violation whose columns say something else than its body).

    `stored_at`: when it was stored, as the database says; no seal knows it. None where nothing is counted from it.
    """

    place: Place
    id: str
    text: bytes | None
    stored_at: str | None = None


class _Event(StoredEvent, kw_only=True, omit_defaults=True, gc=False):
    log_line: int = 0


class _Raw(msgspec.Struct):
    event_id: str
    raw: str
    raw_encoding: str
    stored_at: str
    version: int
    log_line: int


class _Letter(msgspec.Struct):
    dead_letter_id: str
    district: str
    source_id: str
    stage: str
    reason: str
    raw: str
    raw_encoding: str
    occurred_at: str | None
    received_at: str | None
    origin: str
    event_id: str
    part: int
    parts: int
    stored_at: str
    version: int
    log_line: int


# What a violation says in columns, too.
_SAID = tuple(name for name in COLUMNS["violations"] if name in Violation.__struct_fields__ and name != "district")


class _Body(msgspec.Struct):
    body: str
    stored_at: str
    version: int
    log_line: int


class Older(NamedTuple):
    """A row that a newer version replaces."""

    district: str
    record_class: str
    place: Place
    id: str
    text: bytes


def older_events(store: Store, district: str, ids: list[str], times: list[datetime]) -> Iterator[Older]:
    """Every stored version of these events, with its raw record. Raises `Unavailable`."""
    where = "district = {district:String} AND event_id IN {ids:Array(String)}"
    bounds: dict[str, Any] = {}
    if times:  # the primary key; without a time an event has the least there is
        where += " AND occurred_at IN {times:Array(DateTime64(3, 'UTC'))}"
        bounds = {"times": [*times, datetime.fromtimestamp(0, UTC)]}
    sql = f"SELECT {_READ['events'][0]} FROM events WHERE {where}"
    for chunk in store.stream(sql, {"district": district, "ids": ids} | bounds):
        for stored in msgspec.json.Decoder(_Event).decode_lines(chunk):
            for row in event_rows(district, Place(stored.version, stored.log_line), _as_event(stored)):
                yield Older(district, row.record_class, row.place, row.id, row.text)


def older_letters(store: Store, district: str, ids: list[str]) -> Iterator[Older]:
    """Every stored version of these dead letters. Raises `Unavailable`."""
    columns, read = _READ["dead_letters"]
    where = "district = {district:String} AND dead_letter_id IN {ids:Array(String)}"
    for chunk in store.stream(f"SELECT {columns} FROM dead_letters WHERE {where}", {"district": district, "ids": ids}):
        for row in read(district, chunk):
            yield Older(district, "dead_letters", row.place, row.id, row.text or b"")


def _as_event(stored: StoredEvent) -> Event:
    return Event(**{name: getattr(stored, name) for name in Event.__struct_fields__})


_decode_violation = msgspec.json.Decoder(Violation).decode


def rows_of(store: Store, district: str, record_class: str, first: int, last: int | None) -> Iterator[StoredRow]:
    """Rows whose version lies from `first` to `last` (None: all later ones of the same topic), each as last stored."""
    upper = " AND version <= {last:UInt64}" if last is not None else ""
    where = "district = {district:String} AND version >= {first:UInt64}" + upper
    asked = {"district": district, "first": first} | ({} if last is None else {"last": last})
    if record_class in EVENT_CLASSES:
        where += " AND category = {category:String}"
        asked["category"] = record_class.removesuffix("_events")
    table = TABLES[record_class]
    order = "version" if table == DECISIONS else "version, log_line"
    columns, read = _READ[table if record_class != RAW else RAW]
    sql = f"SELECT {columns} FROM {table} FINAL WHERE {where} ORDER BY {order}"
    chunks = store.marking(None).stream(sql + " SETTINGS max_bytes_before_external_sort = 500000000", asked)
    for chunk in chunks:
        yield from _ours(store.marks, table, chunk, read(district, chunk)) if store.marks else read(district, chunk)


def _ours(marks: RowMarks, table: str, chunk: bytes, rows: Iterator[StoredRow]) -> Iterator[StoredRow]:
    """A row whose mark is not ours is in no answer: it is not as it was stored, whatever it says."""
    if table not in BEARERS:
        yield from rows
        return
    for row, marked in zip(rows, read_marked(table, chunk), strict=True):
        yield row if marks.ours(marked) else row._replace(text=None)


def classless(store: Store, district: str) -> Iterator[StoredRow]:
    """Rows of `events` whose category is none of ours, wherever they stand: no seal can know them."""
    ours = [one.removesuffix("_events") for one in EVENT_CLASSES]
    where = "district = {district:String} AND category NOT IN {ours:Array(String)}"
    sql = f"SELECT {_named(_Raw.__struct_fields__)} FROM events WHERE {where} ORDER BY event_id"
    for chunk in store.stream(sql, {"district": district, "ours": ours}):
        yield from _raws(district, chunk)


def of_nobody(store: Store, known: Iterable[str]) -> Iterator[StoredRow]:
    """Decisions under the name of a district that is none of `known`."""
    sql = f"SELECT {_READ[DECISIONS][0]} FROM casework WHERE district NOT IN {{known:Array(String)}} ORDER BY version"
    for chunk in store.marking(None).stream(sql, {"known": sorted(known)}):
        yield from _decisions("", chunk)


def _events(district: str, chunk: bytes) -> Iterator[StoredRow]:
    for stored in msgspec.json.Decoder(_Event).decode_lines(chunk):
        place = Place(stored.version, stored.log_line)
        head = head_of(district, place.version) + b"%d" % place.line
        yield StoredRow(place, stored.event_id, event_text(head, _as_event(stored)), stored.stored_at)


def _raws(district: str, chunk: bytes) -> Iterator[StoredRow]:
    for stored in msgspec.json.Decoder(_Raw).decode_lines(chunk):
        place = Place(stored.version, stored.log_line)
        head = head_of(district, place.version) + b"%d" % place.line
        text = raw_text(head, stored.event_id, stored.raw, stored.raw_encoding or None)
        yield StoredRow(place, stored.event_id, text, stored.stored_at)


def _facts(district: str, chunk: bytes) -> Iterator[StoredRow]:
    for stored in read_marked(FACTS, chunk):
        place = Place(stored.version, stored.log_line)
        names = ("table", "key", "row", "valid_from", "valid_to", "recorded_at")
        said = {name: getattr(stored, name) for name in names}
        yield StoredRow(place, f"{stored.table}:{stored.key}", fact_text(district, place, said))


def _letters(district: str, chunk: bytes) -> Iterator[StoredRow]:
    for stored in msgspec.json.Decoder(_Letter).decode_lines(chunk):
        place = Place(stored.version, stored.log_line)
        said: dict[str, Any] = {name: getattr(stored, name) for name in DeadLetter.__struct_fields__}
        letter = DeadLetter(**said | {name: said[name] or None for name in ("raw_encoding", "origin", "event_id")})
        yield StoredRow(place, stored.dead_letter_id, letter_text(district, place, letter), stored.stored_at)


def _decisions(district: str, chunk: bytes) -> Iterator[StoredRow]:
    for stored in read_marked(DECISIONS, chunk):
        place = Place(stored.version, 0)
        said: dict[str, Any] = {name: getattr(stored, name) for name in CaseworkEvent.__struct_fields__}
        try:
            event = CaseworkEvent(**said | {"body": msgspec.json.decode(stored.body)})
        except msgspec.DecodeError:
            yield StoredRow(place, stored.event_id, None)
            continue
        yield StoredRow(place, stored.event_id, casework_text(district, place, event))


def _violations(district: str, chunk: bytes) -> Iterator[StoredRow]:
    bodies = msgspec.json.Decoder(_Body).decode_lines(chunk)
    for stored, columns in zip(bodies, msgspec.json.Decoder(dict[str, Any]).decode_lines(chunk), strict=True):
        place = Place(stored.version, stored.log_line)
        agrees = _agrees(stored.body, columns)
        text = line_text(district, place, stored.body.encode()) if agrees else None
        yield StoredRow(place, str(columns["violation_id"]), text, stored.stored_at)


def _agrees(body: str, columns: dict[str, Any]) -> bool:
    """Whether a violation's columns say what its body says."""
    try:
        found = _decode_violation(body)
    except (msgspec.MsgspecError, ValueError):
        return False
    return all((columns[name] or None) == (getattr(found, name) or None) for name in _SAID)


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_TIMES = "nullIf(occurred_at, toDateTime64(0, 3, 'UTC')) AS occurred_at, " \
         "nullIf(received_at, toDateTime64(0, 3, 'UTC')) AS received_at"  # fmt: skip
_LETTER = [name for name in _Letter.__struct_fields__ if name not in ("occurred_at", "received_at")]
_READ = {
    "events": (f"{EVENT}, nullIf(attribution, '') AS proof, stored_at, version, log_line", _events),
    RAW: (_named(_Raw.__struct_fields__), _raws),
    FACTS: (_named(Stated.__struct_fields__), _facts),
    "dead_letters": (f"{_named(_LETTER)}, {_TIMES}", _letters),
    DECISIONS: (_named(Decided.__struct_fields__), _decisions),
    "violations": (_named((*_SAID, *_Body.__struct_fields__)), _violations),
}

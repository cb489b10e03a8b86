"""From a record of the stream to the leaves of its rows: what is stored is compared with what the stream said; pure."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import structlog

from model.batch import Fact
from model.casework import CaseworkEvent, decode_casework
from model.dead_letter import DeadLetter
from model.event import Event
from model.violation import Violation
from storage.ledger.book import OpenRecord
from storage.ledger.leaves import (
    Place,
    casework_text,
    event_text,
    fact_text,
    head_of,
    hour_of,
    leaf,
    letter_text,
    line_text,
    raw_text,
    record_secret,
    salt_at,
    salts_of,
)
from storage.rows import BOX, Incoming, Line, Refusal, district, header, letter_version, lines, table_of, version

SecretOf = Callable[[str, str, str], bytes]  # district, class, hour
log = structlog.get_logger("ledger")
RAW = "raw"
VENDORS_ID = "id:"  # how the origin of such an event begins
AGAIN = b'"again":true'  # how the judge marks an event that it gives out a second time
_event = msgspec.json.Decoder(Event).decode
_fact = msgspec.json.Decoder(Fact).decode
_letter = msgspec.json.Decoder(DeadLetter).decode
_violation = msgspec.json.Decoder(Violation).decode
_encode = msgspec.json.Encoder().encode


class Row(NamedTuple):
    """One row to be stored: whose, of which class, where it stands, which it is, and what its leaf is made of."""

    district: str
    record_class: str
    place: Place
    id: str
    text: bytes
    occurred_at: str | None = None


class Read(NamedTuple):
    """The leaves of a record; the lines that are no rows; the rows that may take the place of older ones.

    `ids`: which rows the leaves of each of `records` are.
    """

    records: Sequence[OpenRecord] = ()
    ids: Sequence[list[str]] = ()
    refused: frozenset[int] = frozenset()
    newer: Sequence[Row] = ()


def read_record(record: Incoming, secret_of: SecretOf) -> Read:
    """The leaves of what the record has stored; a record or line without a table has none."""
    try:
        table = table_of(record)
    except Refusal:
        return Read()
    if table == "events":
        return _read_events(record, secret_of)
    if table not in _ROWS:
        return Read()
    rows: list[Row] = []
    refused = set()
    for line in lines(record):
        try:
            rows += _ROWS[table](line)
        except (msgspec.MsgspecError, ValueError):
            refused.add(line.number)
    newer = rows if table == "dead_letters" else []
    return Read(*open_records(record, rows, secret_of), frozenset(refused), newer)


class _Leaves(NamedTuple):
    """Leaves of one class of a record while they are made."""

    salts: bytes
    lines: list[int]
    leaves: list[bytes]
    ids: list[str]

    def add(self, line: int, text: bytes, name: str) -> None:
        self.lines.append(line)
        self.leaves.append(leaf(salt_at(self.salts, line), text))
        self.ids.append(name)


def open_records(record: Incoming, rows: list[Row], secret_of: SecretOf) -> tuple[list[OpenRecord], list[list[str]]]:
    """Rows of one Kafka record as leaves, by district, class and version; and the ids of the rows."""
    groups: dict[tuple[str, str, int], _Leaves] = {}
    for row in rows:
        key = (row.district, row.record_class, row.place.version)
        if key not in groups:
            groups[key] = _begun(record, key, secret_of)
        groups[key].add(row.place.line, row.text, row.id)
    return _opened(record, groups)


def _begun(record: Incoming, key: tuple[str, str, int], secret_of: SecretOf) -> _Leaves:
    secret = record_secret(secret_of(key[0], key[1], hour_of(record.timestamp)), key[2])
    return _Leaves(salts_of(secret, (record.value or b"").count(b"\n") + 1), [], [], [])


def _opened(record: Incoming, groups: dict[tuple[str, str, int], _Leaves]) -> tuple[list[OpenRecord], list[list[str]]]:
    hour = hour_of(record.timestamp)
    records = [
        OpenRecord(*key, hour, record.partition, tuple(made.lines), b"".join(made.leaves))
        for key, made in groups.items()
    ]
    return records, [made.ids for made in groups.values()]


def _read_events(record: Incoming, secret_of: SecretOf) -> Read:
    """The hot path: two leaves for each event."""
    owner, at = district(record), version(record)
    later = header(record, "epoch", b"0") != b"0"
    head = head_of(owner, at)
    groups: dict[str, _Leaves] = {RAW: _begun(record, (owner, RAW, at), secret_of)}
    refused: set[int] = set()
    newer: list[Row] = []
    for number, line in enumerate((record.value or b"").split(b"\n")):
        if not line:
            continue
        try:
            event = _event(line)
            numbered = head + b"%d" % number
            raw = raw_text(numbered, event.event_id, event.raw, event.raw_encoding)
            text = event_text(numbered, event)
        except (msgspec.MsgspecError, ValueError):
            refused.add(number)
            continue
        name = class_of_event(event)
        if name not in groups:
            groups[name] = _begun(record, (owner, name, at), secret_of)
        groups[RAW].add(number, raw, event.event_id)
        groups[name].add(number, text, event.event_id)
        if later or AGAIN in line or (event.origin or "").startswith(VENDORS_ID):
            newer.append(Row(owner, name, Place(at, number), event.event_id, b"", event.occurred_at))
    return Read(*_opened(record, {(owner, name, at): made for name, made in groups.items()}), frozenset(refused), newer)


def letter_rows(line: Line, letter: DeadLetter) -> list[Row]:
    """The dead letter that the sink itself writes of a line it could not store."""
    place = Place(letter_version(line.record), line.number)
    return [_letter_row(letter, place)]


def class_of_event(event: Event) -> str:
    """The record class of an event: auth_events, vpn_events, proxy_events, device_events."""
    return f"{event.category}_events"


def event_rows(owner: str, place: Place, event: Event) -> list[Row]:
    """The two rows of an event: itself, and its raw record. The event loses the raw record by it."""
    at, name = event.occurred_at, event.event_id
    head = head_of(owner, place.version) + b"%d" % place.line
    raw = Row(owner, RAW, place, name, raw_text(head, name, event.raw, event.raw_encoding), at)
    return [Row(owner, class_of_event(event), place, name, event_text(head, event), at), raw]


def _event_rows(line: Line) -> list[Row]:
    owner, place = district(line.record), Place(version(line.record), line.number)
    return event_rows(owner, place, _event(line.text))


def _fact_rows(line: Line) -> list[Row]:
    fact = _fact(line.text)
    owner, place = district(line.record), Place(version(line.record), line.number)
    content = "" if fact.row is None else _encode(fact.row).decode()
    said = {
        "table": fact.table,
        "key": fact.key,
        "row": content,
        "valid_from": fact.valid_from,
        "valid_to": fact.valid_to,
        "recorded_at": fact.recorded_at,
    }
    return [Row(owner, "reference", place, f"{fact.table}:{fact.key}", fact_text(owner, place, said))]


def _violation_rows(line: Line) -> list[Row]:
    found = _violation(line.text)
    place = Place(version(line.record), line.number)
    return [
        Row(
            found.district, "violations", place, found.violation_id, line_text(found.district, place, line.text.strip())
        )
    ]


def _letter_rows(line: Line) -> list[Row]:
    return [_letter_row(_letter(line.text), Place(version(line.record), line.number))]


def _casework_rows(line: Line) -> list[Row]:
    event = decode_casework(line.text)
    return [casework_row(event, Place(version(line.record), 0))]


def casework_row(event: CaseworkEvent, place: Place) -> Row:
    """A decision. One Kafka record carries one."""
    return Row(event.district, "casework", place, event.event_id, casework_text(event.district, place, event))


def _letter_row(letter: DeadLetter, place: Place) -> Row:
    return Row(
        letter.district, "dead_letters", place, letter.dead_letter_id, letter_text(letter.district, place, letter)
    )


_ROWS: dict[str, Callable[[Line], list[Row]]] = {
    "events": _event_rows,
    "reference": _fact_rows,
    "violations": _violation_rows,
    "dead_letters": _letter_rows,
    "casework": _casework_rows,
}


def ids_in(record: Incoming) -> dict[Place, str]:
    """Which row stands at which place of a record; lines that are no rows are left out."""
    found: dict[Place, str] = {}
    if boxed := header(record, BOX, b""):
        return {Place(version(record), 0): boxed.decode("utf-8", "replace")}
    try:
        read = _ROWS.get(table_of(record))
    except Refusal:
        return found
    for line in lines(record) if read else ():
        try:
            found |= {row.place: row.id for row in read(line)}  # type: ignore[misc]
        except (msgspec.MsgspecError, ValueError) as error:
            log.debug("no row", why=str(error))
    return found

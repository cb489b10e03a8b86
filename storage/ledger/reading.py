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
    hour_of,
    leaf,
    letter_text,
    line_text,
    raw_text,
    record_secret,
    salt_of,
)
from storage.rows import STORE_LETTER, Incoming, Line, Refusal, district, header, lines, table_of, version

SecretOf = Callable[[str, str, str], bytes]  # district, class, hour
log = structlog.get_logger("ledger")
RAW = "raw"
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
    if table not in _ROWS:
        return Read()
    rows: list[Row] = []
    refused = set()
    for line in lines(record):
        try:
            rows += _ROWS[table](line)
        except (msgspec.MsgspecError, ValueError):
            refused.add(line.number)
    return Read(*open_records(record, rows, secret_of), frozenset(refused), _newer(record, table, rows))


def open_records(record: Incoming, rows: list[Row], secret_of: SecretOf) -> tuple[list[OpenRecord], list[list[str]]]:
    """Rows of one Kafka record as leaves, by district, class and version; and the ids of the rows."""
    hour = hour_of(record.timestamp)
    groups: dict[tuple[str, str, int], tuple[list[int], list[bytes], list[str]]] = {}
    secrets: dict[tuple[str, str, int], bytes] = {}
    for row in rows:
        key = (row.district, row.record_class, row.place.version)
        if key not in groups:
            groups[key] = ([], [], [])
            secrets[key] = record_secret(secret_of(row.district, row.record_class, hour), row.place.version)
        numbers, leaves, ids = groups[key]
        numbers.append(row.place.line)
        ids.append(row.id)
        leaves.append(leaf(salt_of(secrets[key], row.place.line), row.text))
    records = [
        OpenRecord(*key, hour, record.partition, tuple(numbers), b"".join(leaves))
        for key, (numbers, leaves, _) in groups.items()
    ]
    return records, [ids for _, _, ids in groups.values()]


def letter_rows(line: Line, letter: DeadLetter) -> list[Row]:
    """The dead letter that the sink itself writes of a line it could not store."""
    place = Place(version(line.record) | STORE_LETTER, line.number)
    return [_letter_row(letter, place)]


def class_of_event(event: Event) -> str:
    """The record class of an event: auth_events, vpn_events, proxy_events, device_events."""
    return f"{event.category}_events"


def _newer(record: Incoming, table: str, rows: list[Row]) -> list[Row]:
    """Rows that may stand for older ones: letters written again, events given out again, all of a later epoch."""
    if table not in ("events", "dead_letters"):
        return []
    if table == "dead_letters" or header(record, "epoch", b"0") != b"0":
        return [row for row in rows if row.record_class != RAW]
    if AGAIN not in (record.value or b""):
        return []
    again = {line.number for line in lines(record) if AGAIN in line.text}
    return [row for row in rows if row.place.line in again and row.record_class != RAW]


def _event_rows(line: Line) -> list[Row]:
    event = _event(line.text)
    owner, place = district(line.record), Place(version(line.record), line.number)
    return event_rows(owner, place, event)


def event_rows(owner: str, place: Place, event: Event) -> list[Row]:
    """The two rows of an event: itself, and its raw record."""
    at = event.occurred_at
    return [
        Row(owner, class_of_event(event), place, event.event_id, event_text(owner, place, event), at),
        Row(owner, RAW, place, event.event_id, raw_text(owner, place, event), at),
    ]


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

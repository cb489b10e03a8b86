"""From a stored row to its leaf: the canonical text, the same from the stream's line and from the table, and its salt.

Salts are derived: hour secret → record secret → salts of its rows; while nothing is purged only the first is kept.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256, shake_256
from sys import intern
from typing import NamedTuple

import msgspec

from model.casework import CaseworkEvent
from model.dead_letter import DeadLetter
from model.event import Event, format_at, parse_at
from storage.ledger.merkle import leaf_hash

SALT_BYTES = 16
_encode = msgspec.json.Encoder().encode
_EMPTY = b':""'
_AT = 24  # characters of a time as we write it
_HOUR_MS = 3_600_000


class Place(NamedTuple):
    """Where a row stands in its topic: version (epoch and offset of the record) and number of the line."""

    version: int
    line: int


def event_text(head: bytes, event: Event) -> bytes:
    """An event without its raw record, as canonical JSON behind `head`; the event loses the raw record by it.

    What the store cannot tell from nothing (an empty text) is left out; times have milliseconds.
    """
    if not _as_written(event.occurred_at) or not _as_written(event.received_at):
        event.occurred_at, event.received_at = _time(event.occurred_at), _time(event.received_at)
    # msgspec leaves out a default by identity, not by value.
    event.time_quality, event.outcome = intern(event.time_quality), intern(event.outcome)
    event.raw, event.raw_encoding = "", None
    text = _encode(event)
    return head + b"," + (_without_empty(text) if _EMPTY in text else text)[1:]


def raw_text(head: bytes, event_id: str, raw: str, encoding: str | None) -> bytes:
    """The raw record of an event: a line of JSON that says whose it is, then the record."""
    return b'%b,"event_id":%b,"raw_encoding":%b}\n%b' % (head, _encode(event_id), _encode(encoding), raw.encode())


def letter_text(district: str, place: Place, letter: DeadLetter) -> bytes:
    """A dead letter as canonical JSON."""
    at = {"occurred_at": _time(letter.occurred_at), "received_at": _time(letter.received_at)}
    return _headed(district, place, _without_empty(_encode(msgspec.structs.replace(letter, **at))))


def line_text(district: str, place: Place, line: bytes) -> bytes:
    """A line that is stored as it came: a violation's body."""
    return _headed(district, place, line)


def fact_text(district: str, place: Place, fact: Mapping[str, object]) -> bytes:
    """A reference fact as its columns say it: table, key, row (JSON text), valid_from, valid_to, recorded_at."""
    return _headed(district, place, _encode(dict(fact)))


def casework_text(district: str, place: Place, event: CaseworkEvent) -> bytes:
    """A decision as canonical JSON."""
    return _headed(district, place, _encode(event))


def head_of(district: str, version: int) -> bytes:
    """How the text of each row of a record begins, up to the number of its line."""
    return _encode({"district": district, "version": version})[:-1] + b',"log_line":'


def _headed(district: str, place: Place, text: bytes) -> bytes:
    return head_of(district, place.version) + b"%d," % place.line + text[1:]


def _without_empty(text: bytes) -> bytes:
    said = msgspec.json.decode(text, type=dict[str, object])
    return _encode({name: value for name, value in said.items() if value != ""})


def _as_written(text: str | None) -> bool:
    return text is None or (len(text) == _AT and text[-1] == "Z" and text[:4] != "1970")


def _time(text: str | None) -> str | None:
    """A time as the store gives it back: milliseconds, UTC; what it holds for no time is none."""
    if not text:
        return None
    at = parse_at(text)
    return None if at == datetime(1970, 1, 1, tzinfo=UTC) else format_at(at)


def hour_of(timestamp_ms: int) -> str:
    """The hour (UTC) in which a record was sent: `2026-03-04T14`."""
    return datetime.fromtimestamp(max(0, timestamp_ms) // _HOUR_MS * 3600, UTC).strftime("%Y-%m-%dT%H")


def record_secret(hour_secret: bytes, version: int) -> bytes:
    """The secret of one Kafka record."""
    return sha256(b"record" + hour_secret + version.to_bytes(8, "big")).digest()


def salts_of(secret: bytes, lines: int) -> bytes:
    """The salts of a record's first `lines` rows, one behind the other: SHAKE-256 of the record's secret."""
    return shake_256(b"rows" + secret).digest(SALT_BYTES * lines)


def salt_at(salts: bytes, line: int) -> bytes:
    """The salt of one row among `salts_of`."""
    return salts[SALT_BYTES * line : SALT_BYTES * (line + 1)]


def leaf(salt: bytes, text: bytes) -> bytes:
    """SHA-256(0x00 ‖ salt ‖ canonical row)."""
    return leaf_hash(salt + text)

"""From a stored row to its leaf: the canonical text, the same from the stream's line and from the table, and its salt.

A salt is derived: hour secret → record secret → salt of a row. While nothing is purged only the hour's secret is kept.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
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


def event_text(district: str, place: Place, event: Event) -> bytes:
    """An event without its raw record, as canonical JSON. `raw` has a text and a leaf of its own: `raw_text`.

    What the store cannot tell from nothing (an empty text) is left out; times have milliseconds.
    """
    if not _as_written(event.occurred_at) or not _as_written(event.received_at):
        event.occurred_at, event.received_at = _time(event.occurred_at), _time(event.received_at)
    # msgspec leaves out a default by identity, not by value.
    event.time_quality, event.outcome = intern(event.time_quality), intern(event.outcome)
    raw, encoding = event.raw, event.raw_encoding
    event.raw, event.raw_encoding = "", None
    text = _encode(event)
    event.raw, event.raw_encoding = raw, encoding
    return _headed(district, place, _without_empty(text) if _EMPTY in text else text)


def raw_text(district: str, place: Place, event: Event) -> bytes:
    """The raw record of an event beside its id."""
    named = {"event_id": event.event_id, "raw": event.raw, "raw_encoding": event.raw_encoding or ""}
    return _headed(district, place, _encode(named))


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


def _headed(district: str, place: Place, text: bytes) -> bytes:
    head = _encode({"district": district, "version": place.version, "log_line": place.line})
    return head[:-1] + b"," + text[1:]


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


def salt_of(secret: bytes, line: int) -> bytes:
    """The salt of a row from its record's secret."""
    return sha256(b"row" + secret + line.to_bytes(4, "big")).digest()[:SALT_BYTES]


def leaf(salt: bytes, text: bytes) -> bytes:
    """SHA-256(0x00 ‖ salt ‖ canonical row)."""
    return leaf_hash(salt + text)

"""One record as it goes into a batch: its events encoded, or the dead letters that keep it."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime

import msgspec

from model.batch import Command
from model.dead_letter import DeadLetter, encode_dead_letter
from model.event import Event, encode_event, event_id
from producers.product import Refusal
from producers.reader import Reading, Stream, as_text

PART = 640_000  # bytes of a record that one dead letter holds: as base64 it stays below 900 KB
UNRECOGNISED = "record.unrecognised"
LARGEST_LETTER = 880_000  # bytes of its text, escaped
LARGEST_LINES = 3_000_000  # bytes of one record's events; every one of them carries the record

_encode = msgspec.json.Encoder().encode


class Refused(msgspec.Struct, frozen=True, gc=False):
    """One dead letter as a command line; `stop` is how far of the stream it and those before it reach."""

    line: bytes
    stop: int


class Entry(msgspec.Struct, gc=False):
    """One record: where it stands in its stream, when it happened (ms; None = it cannot say), and what became of it."""

    start: int
    stop: int
    at: int | None
    events: list[bytes]
    refused: list[Refused]
    size: int  # bytes of its lines with their line ends
    unrecognised: bool = False
    tail: bytes = b""  # the last bytes before `stop`, as `Place.tail` has their digest


def entry(reading: Reading, district: str, stream: Stream) -> Entry:
    """What `producers.reader.read_record` found, encoded. A record whose events are too large becomes dead letters."""
    start, stop, parsed, _ = reading
    if isinstance(parsed, Refusal):
        return _refused(reading, district, stream, parsed.reason)
    lines = [encode_event(event) for event in parsed]
    size = sum(map(len, lines)) + len(lines)
    if size > LARGEST_LINES:
        reason = f"the {len(lines)} events of this record take {size} bytes; the most is {LARGEST_LINES}"
        return _refused(reading, district, stream, reason)
    unrecognised = bool(parsed) and parsed[0].action == UNRECOGNISED
    return Entry(start, stop, _happened_at(parsed), lines, [], size, unrecognised)


def _refused(reading: Reading, district: str, stream: Stream, reason: str) -> Entry:
    start, stop, _, raw = reading
    parts = max(1, -(-len(raw) // PART))
    refused = []
    for index, letter in enumerate(_letters(reading, district, stream, reason)):
        line = _encode(Command(name="dead_letter", body=msgspec.Raw(letter), by="producer"))
        refused.append(Refused(line, start + (stop - start) * (index + 1) // parts))
    return Entry(start, stop, None, [], refused, sum(len(letter.line) + 1 for letter in refused))


def _letters(reading: Reading, district: str, stream: Stream, reason: str) -> Iterator[bytes]:
    start, _, _, raw = reading
    origin = f"{stream.fingerprint}:{start}"
    pieces = [raw[at : at + PART] for at in range(0, len(raw), PART)] or [b""]
    for index, piece in enumerate(pieces):
        text, encoding = as_text(piece)
        if encoding is None and len(_encode(text)) > LARGEST_LETTER:  # control characters take six bytes each
            text, encoding = b64encode(piece).decode(), "base64"
        yield encode_dead_letter(
            DeadLetter(
                dead_letter_id=event_id(stream.source_id, origin, index, piece),
                district=district,
                source_id=stream.source_id,
                stage="parse",
                reason=reason,
                raw=text,
                raw_encoding=encoding,
                received_at=None,
                origin=origin,
                part=index + 1,
                parts=len(pieces),
            )
        )


def _happened_at(events: list[Event]) -> int | None:
    for event in events:
        if event.occurred_at and event.time_quality not in ("bad", "received"):
            return int(datetime.fromisoformat(event.occurred_at).timestamp() * 1000)
    return None

"""Kafka records of the output topics as lines of the tables they belong to; pure: records in, NDJSON out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import msgspec

from model import topics
from model.attributed import KIND
from model.batch import Fact, Reached
from model.casework import CaseworkEvent, decode_casework
from model.dead_letter import DeadLetter
from model.event import Event
from model.violation import Violation

OPENS = "opens"  # beside it: what the decision opens under a new number (`case`, `request`), or nothing
BOX = "box"  # a header of `audit.casework`: the id of the decision that is closed in the record
STORE_LETTER = 1 << 62  # in the version of a dead letter that the sink wrote itself
_TOPIC_BIT, RUN_BITS = 60, 36  # such a version says of which topic and partition, too: each counts its own offsets
_TOPICS = {topics.EVENTS.name: 0, topics.VIOLATIONS.name: 1, topics.CASEWORK.name: 2, topics.DEAD_LETTERS.name: 3}
EPOCH_BITS = 48  # version = (epoch, offset) in one number: an input made anew begins a new epoch
_encode = msgspec.json.Encoder().encode
_events = msgspec.json.Decoder(Event)
_facts = msgspec.json.Decoder(Fact)
_reached = msgspec.json.Decoder(Reached)
_violations = msgspec.json.Decoder(Violation)
_dead_letters = msgspec.json.Decoder(DeadLetter)


class Incoming(Protocol):
    """What of a consumer's record is used."""

    topic: str
    partition: int
    offset: int
    timestamp: int  # ms since the epoch, when it was sent
    key: bytes | None
    value: bytes | None
    headers: Iterable[tuple[str, bytes]]


@dataclass
class Plain:
    """A record that we made of another."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Iterable[tuple[str, bytes]] = ()


class Foreign(Plain):
    """A record that is none of ours, with what is certain about it: where it stands, in whose partition, its bytes.

    Its time is never in the future.
    """


class Line(NamedTuple):
    """One line of one record: where it stands, and the record's own words."""

    record: Incoming
    number: int
    text: bytes


class Refusal(ValueError):
    """A line that cannot be a row; the message is the reason."""


COLUMNS: dict[str, list[str]] = {
    "events": [
        "district", "version", "log_line",
        *Event.__struct_fields__,
    ],
    "violations": [
        "district", "violation_id", "epoch", "revision", "detection", "reason", "reasons", "severity", "confidence",
        "status", "basis", "headline", "account", "person", "device_id", "vendor", "started_at", "ended_at", "policy",
        "suppressed_by", "superseded_by", "ratified_by", "event_ids", "body", "log_partition", "log_offset",
        "version", "log_line",
    ],
    "dead_letters": [
        *DeadLetter.__struct_fields__, "log_partition", "log_offset", "version", "log_line",
    ],
    "reference": [
        "district", "table", "key", "row", "valid_from", "valid_to", "recorded_at", "log_partition", "log_offset",
        "log_line", "version", "mark",
    ],
    "casework": [*CaseworkEvent.__struct_fields__, "log_partition", "log_offset", "version", "mark"],
    "ticks": [*Reached.__struct_fields__, "district", "log_partition", "log_offset", "version"],
}  # fmt: skip


def table_of(record: Incoming) -> str:
    """The table whose rows the record holds; raises `Refusal` on a topic or kind that has none."""
    version(record)
    if record.topic == topics.VIOLATIONS.name:
        return "violations"
    if record.topic == topics.DEAD_LETTERS.name:
        return "dead_letters"
    if record.topic == topics.CASEWORK.name:
        return "casework"
    kind = header(record, "kind", b"events")
    if kind == KIND.encode():
        raise Refusal("the log does not hold the events that this record names")
    table = {b"events": "events", b"reference": "reference", b"tick": "ticks"}.get(kind)
    if record.topic != topics.EVENTS.name or table is None:
        raise Refusal(f"no table for topic {record.topic} with kind {kind!r}")
    return table


def header(record: Incoming, name: str, default: bytes) -> bytes:
    """The last header of that name, else `default`."""
    return next((value for key, value in reversed(list(record.headers)) if key == name), default)


def version(record: Incoming) -> int:
    """Grows with every later record of a partition, also when its topic was made anew; raises `Refusal`."""
    epoch = header(record, "epoch", b"0")
    if not epoch.isdigit() or len(epoch) > 4:
        raise Refusal(f"header epoch is {epoch!r}, expected up to four digits")
    return int(epoch) << EPOCH_BITS | record.offset


def letter_version(record: Incoming) -> int:
    """The version of the dead letter that the sink itself writes of a record: no two records have the same."""
    place = _TOPICS.get(record.topic, 0) << _TOPIC_BIT | record.partition << RUN_BITS
    return version(record) | STORE_LETTER | place


def run_of(version: int) -> int:
    """Within which run a version grows with each record: that of the rows (0), or of one partition's letters.

    Shifted by `RUN_BITS` it is the least version of its run.
    """
    return version >> RUN_BITS if version >= STORE_LETTER else 0


def district(record: Incoming) -> str:
    """The district a record belongs to: its key."""
    return (record.key or b"").decode("utf-8", "replace")


def lines(record: Incoming) -> list[Line]:
    """The record's lines, numbered from 0; blank ones count but are left out."""
    return [Line(record, n, text) for n, text in enumerate((record.value or b"").split(b"\n")) if text]


def event_lines(record: Incoming) -> list[bytes]:
    """Each event's line with our columns put in front: the hot path, nothing is decoded."""
    head = _encode({"district": district(record), "version": version(record)})[:-1] + b',"log_line":'
    # What does not begin as an object stays as it is, and is refused when it is stored.
    return [
        head + b"%d," % n + text[1:] if text[:1] == b"{" else text
        for n, text in enumerate((record.value or b"").split(b"\n"))
        if text
    ]


def row(table: str, line: Line) -> bytes:
    """One line of a table other than `events`, decoded and checked; raises `Refusal`.

    `store_letters` are rows of `dead_letters`, too: those that the sink itself writes.
    """
    try:
        return _encode(_ROWS[table](line))
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refusal(f"not a row of {table}: {error}") from error


def check_event(line: Line) -> None:
    """Say why an event's line was refused, where our own decoder sees it too; raises `Refusal`."""
    try:
        _events.decode(line.text)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refusal(f"not an event: {error}") from error


def _violation(line: Line) -> dict[str, Any]:
    found = _violations.decode(line.text)
    columns = {name: getattr(found, name) for name in Violation.__struct_fields__ if name in COLUMNS["violations"]}
    return columns | _place(line) | _where(line) | {"body": line.text.decode()}


def _dead_letter(line: Line) -> dict[str, Any]:
    letter = _dead_letters.decode(line.text)
    return msgspec.structs.asdict(letter) | _place(line) | _where(line)


def _store_letter(line: Line) -> dict[str, Any]:
    return _dead_letter(line) | {"version": letter_version(line.record)}


def _fact(line: Line) -> dict[str, Any]:
    fact = _facts.decode(line.text)
    stated = msgspec.structs.asdict(fact)
    content = "" if fact.row is None else _encode(fact.row).decode()
    return stated | _place(line) | _versioned(line) | {"row": content, "log_line": line.number}


def _tick(line: Line) -> dict[str, Any]:
    return msgspec.structs.asdict(_reached.decode(line.text)) | _place(line) | _versioned(line)


def _casework(line: Line) -> dict[str, Any]:
    event = decode_casework(line.text)
    if event.district != district(line.record):
        raise ValueError(f"a decision of district {event.district!r} under the key {district(line.record)!r}")
    return msgspec.structs.asdict(event) | _place(line) | _versioned(line) | {"body": _encode(event.body).decode()}


def _place(line: Line) -> dict[str, Any]:
    return {"log_partition": line.record.partition, "log_offset": line.record.offset}


def _where(line: Line) -> dict[str, Any]:
    return {"version": version(line.record), "log_line": line.number}


def _versioned(line: Line) -> dict[str, Any]:
    return {"district": district(line.record), "version": version(line.record)}


_ROWS: dict[str, Callable[[Line], dict[str, Any]]] = {
    "violations": _violation,
    "dead_letters": _dead_letter,
    "store_letters": _store_letter,
    "reference": _fact,
    "casework": _casework,
    "ticks": _tick,
}

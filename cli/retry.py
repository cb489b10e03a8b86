"""Sends dead letters again: parsed anew by today's parser, or as the event they were, to the district's log."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from model.batch import Batch
from model.codec import encode_batch, join_lines
from model.dead_letter import STRANGERS, DeadLetter
from model.event import Event, decode_event, encode_event
from model.settings import Settings
from model.topics import LOG
from producers import broker
from producers.frame import Frame
from producers.product import Context, Refusal
from producers.reader import Stream, read_record
from producers.source import Source
from storage.queries.dead_letters import raw_bytes

PART = 700_000  # bytes of one record of the log


class Again(NamedTuple):
    """What became of one dead letter: its events, or why it is refused still."""

    letter: DeadLetter
    events: list[Event]
    refused: str | None


def read_again(letter: DeadLetter, sources: dict[str, Source], at: datetime) -> Again:
    """Read one anew, at `at`, which serves for the year where nobody knows when it was received.

    Stage parse goes through its source's parser; the rest are lines of events, whose attribution is taken off.
    """
    if letter.stage == STRANGERS:
        return Again(letter, [], "no process of ours sent it; what it claims has to be read from its source")
    if letter.stage != "parse":
        return _event_again(letter) if letter.raw else Again(letter, [], "nothing of it is left; read its source again")
    source = sources.get(letter.source_id)
    if source is None:
        return Again(letter, [], f"the district folder has no source {letter.source_id!r}")
    fingerprint, _, offset = (letter.origin or "").rpartition(":")
    raw = raw_bytes(letter)
    start = int(offset) if offset.isdigit() else 0
    stream = Stream(source.id, fingerprint, source.received_at)
    context = Context(timezone=source.timezone, received_at=source.received_at or at)
    parsed = read_record(source.product, Frame(start, start + len(raw), raw), context, stream)[2]
    return Again(letter, [], parsed.reason) if isinstance(parsed, Refusal) else Again(letter, parsed, None)


def _event_again(letter: DeadLetter) -> Again:
    try:
        event = decode_event(raw_bytes(letter))
    except ValueError as error:  # msgspec's errors are ValueErrors
        return Again(letter, [], f"no event: {error}")
    for step in event.attribution or []:
        if step.field in ("person", "device_id", "site"):
            setattr(event, step.field, None)
    event.attribution = None
    return Again(letter, [event], None)


def send_again(settings: Settings, district: str, found: list[Again]) -> int:
    """Append their events to the district's log and wait for the acknowledgement; returns how many were sent.

    Raises LookupError when the district has no partition yet: nothing was ever run for it.
    """
    owners = broker.owners(settings, LOG.name)
    if district not in owners:
        raise LookupError(f"{LOG.name} has no partition of district {district}; `hallmonitor run` makes it")
    producer = broker.producer(settings)
    try:
        sent = 0
        for batch in _batches(district, found):
            key, value, headers = encode_batch(batch)
            place = owners.index(district)
            producer.send(LOG.name, value=value, key=key, headers=headers, partition=place).get(timeout=60)
            sent += batch.count
        return sent
    finally:
        producer.close(timeout=10)


def _batches(district: str, found: list[Again]) -> Iterator[Batch]:
    """One record for each dead letter: a retry is rare, and its batch has one source and one fate."""
    for again in found:
        lines = [encode_event(event) for event in again.events]
        source_id = again.events[0].source_id if again.events else ""
        for part in _cut(lines):
            yield Batch(kind="events", district=district, source_id=source_id, body=join_lines(part), count=len(part))


def _cut(lines: list[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    for line in lines:
        if part and sum(map(len, part)) + len(line) > PART:
            yield part
            part = []
        part.append(line)
    if part:
        yield part

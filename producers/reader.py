"""Records in, events out: what a parser cannot know is added here: id, source, raw record, receipt."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from model.event import Event, event_id, format_at, parse_at
from producers.frame import Frame
from producers.product import Context, Parsed, Product, Refusal
from producers.secrets import STRUCK, strike
from producers.watchdog import DOG, TooSlow

LONGEST_HEADING = 16_384  # bytes; a longer one names no columns
LARGEST_EVENT = 900_000  # bytes of a record; above it an event would not fit into a batch
AHEAD, BEHIND = timedelta(minutes=10), timedelta(days=30)
_GIVEN_UP = "given up: it took over half a second of CPU time to read this record"
_ENDLESS = "given up: it took over half a second of CPU time to find where this record ends; please report it"
_BACKWARDS = timedelta(minutes=5)  # a local clock that falls back further within one stream has told an hour twice

Reading = tuple[int, int, Parsed, bytes]
"""Offset and end of the record in its stream, what was found, and the record's bytes with its secrets struck out."""


@dataclass(slots=True)
class Stream:
    """One stream of one source: where its records come from and how far its own clock has come.

    `fingerprint` names the stream whatever its file is called; `received_at` is the known receipt (aware), None where
    nobody knows it, and `received_from` the address that sent it. `latest_at` is kept by `read_record`; keep it with
    the position, or a fresh start in the repeated hour of a DST night reads that hour's second telling as its first.
    `heading` is the last record that named the columns of those behind it; after a restart it is found again in the
    part of the stream already read.
    """

    source_id: str
    fingerprint: str
    received_at: datetime | None = None
    latest_at: str = ""
    heading: str = ""
    received_from: str | None = None


def read(
    product: Product,
    records: Iterable[Frame],
    context: Context,
    source_id: str,
    fingerprint: str,
    received_at: datetime | None = None,
) -> Iterator[Reading]:
    """Every record of a stream, in order. `received_at` is when they came, where that is known (never a guess)."""
    stream = Stream(source_id, fingerprint, received_at)
    for frame in records:
        yield read_record(product, frame, context, stream)


def read_record(product: Product, frame: Frame, context: Context, stream: Stream) -> Reading:
    """One record: struck, parsed, and its events filled in. Never raises for what stands in the record."""
    try:
        raw = DOG.bounded(_struck, product, frame.data)
    except TooSlow:
        return (
            frame.offset,
            frame.end,
            Refusal(f"{_GIVEN_UP}; its secrets were not struck out, so it is not kept"),
            STRUCK,
        )
    if product.heading:
        context = _headed(product.heading, raw, context, stream)
    parsed = _parse(product, raw, frame, context)
    if not isinstance(parsed, Refusal):
        _fill(parsed, raw, frame.offset, stream)
        _time(parsed, context.timezone, stream)
    return frame.offset, frame.end, parsed, raw


def _struck(product: Product, record: bytes) -> bytes:
    raw = strike(record, product.secrets)
    return product.strike(raw) if product.strike else raw


def as_text(raw: bytes) -> tuple[str, str | None]:
    """A record as it is kept: as text, or as base64 (and the word `base64`) where it is not UTF-8."""
    try:
        return raw.decode(), None
    except UnicodeDecodeError:
        return b64encode(raw).decode(), "base64"


def _headed(is_heading: Callable[[bytes], bool], raw: bytes, context: Context, stream: Stream) -> Context:
    if len(raw) <= LONGEST_HEADING and is_heading(raw):
        stream.heading = raw.decode(errors="replace")
    return replace(context, heading=stream.heading) if stream.heading else context


def _parse(product: Product, raw: bytes, frame: Frame, context: Context) -> Parsed:
    if frame.slow:
        return Refusal(_ENDLESS)
    if frame.part:
        return Refusal(f"part {frame.part} of a record over 4 MB")
    if len(raw) > LARGEST_EVENT:
        return Refusal(f"record of {len(raw)} bytes; the most is {LARGEST_EVENT}")
    try:
        return DOG.bounded(product.parse, raw, context)
    except TooSlow:
        return Refusal(f"{_GIVEN_UP}; please report it")
    except Exception as error:  # a parser's mistake costs one record, which is kept with the reason, never the stream
        return Refusal(f"{product.name} parser failed, please report: {error!r}")


def _fill(events: list[Event], raw: bytes, offset: int, stream: Stream) -> None:
    text, encoding = as_text(raw)
    for index, event in enumerate(events):
        if event.origin is None:
            event.origin = f"{stream.fingerprint}:{offset}"
        event.source_id = stream.source_id
        event.received_from = stream.received_from
        event.offset = offset
        event.part = index + 1 if index else None
        event.event_id = event_id(stream.source_id, event.origin, index, raw)
        event.raw = text
        event.raw_encoding = encoding


def _time(events: list[Event], zone: ZoneInfo, stream: Stream) -> None:
    receipt = _text(stream.received_at) if stream.received_at else None
    for event in events:
        own_receipt = event.received_at
        event.received_at = own_receipt or receipt
        if event.occurred_at is None:
            event.occurred_at, event.time_quality = event.received_at, "received"
        elif event.time_quality in ("zone_assumed", "year_assumed"):
            _in_order(event, own_receipt, zone, stream)
        if event.received_at and event.time_quality != "received":
            earliest, latest = _bounds(event.received_at)
            if not earliest <= (event.occurred_at or "") <= latest:
                event.time_quality = "bad"


def _in_order(event: Event, own_receipt: str | None, zone: ZoneInfo, stream: Stream) -> None:
    """The second telling of a DST night's repeated hour, where the stream has already told the first.

    A receipt that the record itself tells is told by the same clock (NXLog), so it is the second telling as well.
    """
    at = event.occurred_at or ""
    if at < stream.latest_at and (later := _second_telling(at, stream.latest_at, zone)):
        at = event.occurred_at = later
        if own_receipt:
            event.received_at = _second_telling(own_receipt, later, zone) or own_receipt
    stream.latest_at = max(stream.latest_at, at)


def _second_telling(text: str, latest: str, zone: ZoneInfo) -> str | None:
    first = parse_at(text)
    local = first.astimezone(zone)
    later = local.replace(fold=1)
    gained = (local.utcoffset() or timedelta()) - (later.utcoffset() or timedelta())
    if local.fold or gained <= timedelta() or parse_at(latest) - first < _BACKWARDS:
        return None
    return format_at(first + gained)


@lru_cache(maxsize=1024)
def _text(at: datetime) -> str:
    return format_at(at)


@lru_cache(maxsize=4096)
def _bounds(received_at: str) -> tuple[str, str]:
    at = parse_at(received_at)
    return format_at(at - BEHIND), format_at(at + AHEAD)

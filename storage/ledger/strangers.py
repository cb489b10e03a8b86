"""What somebody who is none of our processes sent into the topics of a district: kept as dead letters, and named."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby

import msgspec

from model.dead_letter import STRANGERS, DeadLetter
from model.event import format_at
from storage.client import Store
from storage.ledger.verify import HourReport, WrongRow
from storage.letters import place_of
from storage.queries.dead_letters import raw_bytes
from storage.queries.where import Where
from storage.rows import Foreign

CLASS = "dead_letters"
SAYS = "sent by a stranger: never judged, never stored as an event"
_MOST = 1_000  # dead letters that are named


class _Letter(msgspec.Struct):
    hour: str
    origin: str
    raw: str
    raw_encoding: str


class _Named(msgspec.Struct):
    event_id: str


def strangers(store: Store, district: str) -> list[HourReport]:
    """By hour of storing, the records and the events in them; those in a partition of nobody concern every district.

    Raises `Unavailable`.
    """
    where = Where().equal("stage", STRANGERS)
    where.that(f"district IN ({where.bind(district, 'String')}, '')")
    sql = (
        "SELECT formatDateTime(stored_at, '%Y-%m-%dT%H') AS hour, origin, raw, raw_encoding"
        f" FROM dead_letters FINAL {where} ORDER BY hour, origin, part {where.limit(_MOST)}"
    )
    found = store.rows(sql, _Letter, where.parameters)
    return [_report(district, hour, list(letters)) for hour, letters in groupby(found, lambda one: one.hour)]


def unread(district: str, found: Iterable[Foreign], at_ms: int) -> list[HourReport]:
    """The same of records that stand in Kafka and that nobody read yet; they count in the present hour."""
    hour = format_at(datetime.fromtimestamp(at_ms / 1000, UTC))[:13]
    near = [one for one in found if one.key in (district.encode(), b"")][:_MOST]
    names = [name for one in near for name in (place_of(one), *_events_in(one.value or b""))]
    return [_named(district, hour, names)] if names else []


def _report(district: str, hour: str, letters: list[_Letter]) -> HourReport:
    return _named(district, hour, [name for one in letters for name in (one.origin, *_events_in(_bytes(one)))])


def _named(district: str, hour: str, names: list[str]) -> HourReport:
    rows = [WrongRow(name, "extra") for name in dict.fromkeys(names)]
    return HourReport(district=district, record_class=CLASS, hour=hour, status="extra", rows=rows, says=SAYS)


def _bytes(one: _Letter) -> bytes:
    return raw_bytes(DeadLetter(dead_letter_id="", district="", source_id="", stage="", reason="", raw=one.raw,
                                raw_encoding=one.raw_encoding))  # fmt: skip


def _events_in(raw: bytes) -> Iterator[str]:
    """The ids of the events that the record claims to hold."""
    for line in raw.split(b"\n"):
        try:
            yield msgspec.json.decode(line, type=_Named).event_id
        except (msgspec.MsgspecError, ValueError):
            continue

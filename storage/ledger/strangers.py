"""What somebody who is none of our processes sent into the topics of a district: kept as dead letters, and named."""

from collections.abc import Iterator
from itertools import groupby

import msgspec

from model.dead_letter import STRANGERS, DeadLetter
from storage.client import Store
from storage.ledger.verify import HourReport, WrongRow
from storage.queries.dead_letters import raw_bytes
from storage.queries.where import Where

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


def _report(district: str, hour: str, letters: list[_Letter]) -> HourReport:
    names = [name for one in letters for name in (one.origin, *_events_in(one))]
    rows = [WrongRow(name, "extra") for name in dict.fromkeys(names)]
    return HourReport(district=district, record_class=CLASS, hour=hour, status="extra", rows=rows, says=SAYS)


def _events_in(one: _Letter) -> Iterator[str]:
    """The ids of the events that the record claims to hold."""
    letter = DeadLetter(dead_letter_id="", district="", source_id="", stage="", reason="", raw=one.raw,
                        raw_encoding=one.raw_encoding)  # fmt: skip
    for line in raw_bytes(letter).split(b"\n"):
        try:
            yield msgspec.json.decode(line, type=_Named).event_id
        except (msgspec.MsgspecError, ValueError):
            continue

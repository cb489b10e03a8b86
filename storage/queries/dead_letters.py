"""What could not be read, judged or stored: a list, one whole, and the mark that it was sent again."""

from datetime import datetime

import msgspec

from model.dead_letter import DeadLetter
from model.event import format_at
from storage.client import Store
from storage.queries.where import Where


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter as a line of the list."""

    dead_letter_id: str
    district: str
    source_id: str
    stage: str
    reason: str
    stored_at: str
    raw_begins: str  # the first 200 characters
    size: int  # bytes of raw as stored, all parts
    parts: int
    parts_here: int
    retries: int
    occurred_at: str | None = None
    received_at: str | None = None
    retried_at: str | None = None


_LIST = """SELECT dead_letter_id, district, any(source_id) AS source_id, any(stage) AS stage, any(reason) AS reason,
 min(stored_at) AS stored_at, argMin(substringUTF8(raw, 1, 200), part) AS raw_begins, sum(length(raw)) AS size,
 any(parts) AS parts, count() AS parts_here,
 nullIf(any(occurred_at), toDateTime64(0, 3, 'UTC')) AS occurred_at,
 nullIf(any(received_at), toDateTime64(0, 3, 'UTC')) AS received_at,
 max(retried.times) AS retries, nullIf(max(retried.last_at), toDateTime64(0, 3, 'UTC')) AS retried_at
 FROM (SELECT * FROM dead_letters FINAL {where}) AS letters
 LEFT JOIN (SELECT district, dead_letter_id, count() AS times, max(retried_at) AS last_at
  FROM dead_letter_retries FINAL GROUP BY district, dead_letter_id) AS retried USING (district, dead_letter_id)
 GROUP BY district, dead_letter_id ORDER BY min(stored_at) DESC, dead_letter_id {limit}"""
_OPTIONAL = ("raw_encoding", "origin", "event_id")
_TIMES = ("occurred_at", "received_at")
_WHOLE = ", ".join(
    f"nullIf({name}, '') AS {name}"
    if name in _OPTIONAL
    else f"nullIf({name}, toDateTime64(0, 3, 'UTC')) AS {name}"
    if name in _TIMES
    else name
    for name in DeadLetter.__struct_fields__
)


class PartsMissing(LookupError):
    """A dead letter came in parts and not all of them are here."""


def dead_letters(
    store: Store,
    district: str | None,
    source_id: str | None = None,
    stage: str | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[Refused]:
    """The newest first."""
    where = Where(district).equal("source_id", source_id).equal("stage", stage)
    return store.rows(_LIST.format(where=where, limit=where.limit(limit, offset)), Refused, where.parameters)


def dead_letter(store: Store, dead_letter_id: str) -> DeadLetter | None:
    """One, its parts put together; None if there is none; raises `PartsMissing`."""
    where = Where().equal("dead_letter_id", dead_letter_id)
    sql = f"SELECT {_WHOLE} FROM dead_letters FINAL {where} ORDER BY district, part {where.limit(10_000)}"
    parts = store.rows(sql, DeadLetter, where.parameters)
    if not parts:
        return None
    if [one.part for one in parts] != list(range(1, parts[0].parts + 1)):
        raise PartsMissing(f"{dead_letter_id}: parts {[one.part for one in parts]} of {parts[0].parts} are stored")
    return msgspec.structs.replace(parts[0], raw="".join(one.raw for one in parts), part=1, parts=1)


def mark_retried(store: Store, letters: list[DeadLetter], at: datetime, by: str) -> None:
    """Record that `by` sent them again at `at`."""
    rows = [
        {"district": one.district, "dead_letter_id": one.dead_letter_id, "retried_at": format_at(at), "retried_by": by}
        for one in letters
    ]
    body = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    if rows:
        store.insert_lines("dead_letter_retries", list(rows[0]), body)

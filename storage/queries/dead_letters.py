"""What could not be read, judged or stored: a list, one whole, and the mark that it was sent again."""

from base64 import b64decode, b64encode
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


# The parts of one record have ids of their own; what they share is where the record stood.
RECORD = "if(parts > 1, concat(source_id, '/', origin), dead_letter_id)"
_LIST = """SELECT argMin(dead_letter_id, part) AS dead_letter_id, district, any(source_id) AS source_id,
 any(stage) AS stage, any(reason) AS reason,
 min(stored_at) AS stored_at, argMin(substringUTF8(raw, 1, 200), part) AS raw_begins, sum(length(raw)) AS size,
 any(parts) AS parts, count() AS parts_here,
 nullIf(any(occurred_at), toDateTime64(0, 3, 'UTC')) AS occurred_at,
 nullIf(any(received_at), toDateTime64(0, 3, 'UTC')) AS received_at,
 max(retried.times) AS retries, nullIf(max(retried.last_at), toDateTime64(0, 3, 'UTC')) AS retried_at
 FROM (SELECT *, {record} AS record FROM dead_letters FINAL {where}) AS letters
 LEFT JOIN (SELECT district, dead_letter_id, count() AS times, max(retried_at) AS last_at
  FROM dead_letter_retries FINAL GROUP BY district, dead_letter_id) AS retried USING (district, dead_letter_id)
 GROUP BY district, record ORDER BY min(stored_at) DESC, record {limit}"""
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
    return store.rows(
        _LIST.format(record=RECORD, where=where, limit=where.limit(limit, offset)), Refused, where.parameters
    )


def dead_letter(store: Store, dead_letter_id: str) -> DeadLetter | None:
    """One record, its parts put together, under the id of its first; None if there is none; raises `PartsMissing`.

    `dead_letter_id` may be that of any part, or the beginning of one.
    """
    where = Where()
    where.that(f"startsWith(dead_letter_id, {where.bind(dead_letter_id, 'String')})")
    sought = f"SELECT (district, {RECORD}) FROM dead_letters {where} ORDER BY dead_letter_id LIMIT 1"
    sql = (
        f"SELECT {_WHOLE} FROM dead_letters FINAL WHERE (district, {RECORD}) IN ({sought})"
        f" ORDER BY part {where.limit(10_000)}"
    )
    parts = store.rows(sql, DeadLetter, where.parameters)
    if not parts:
        return None
    if [one.part for one in parts] != list(range(1, parts[0].parts + 1)):
        raise PartsMissing(f"{dead_letter_id}: parts {[one.part for one in parts]} of {parts[0].parts} are stored")
    text, encoding = _as_text(b"".join(raw_bytes(one) for one in parts))
    return msgspec.structs.replace(parts[0], raw=text, raw_encoding=encoding, part=1, parts=1)


def raw_bytes(letter: DeadLetter) -> bytes:
    """The bytes that were refused."""
    return b64decode(letter.raw) if letter.raw_encoding == "base64" else letter.raw.encode()


def _as_text(raw: bytes) -> tuple[str, str | None]:
    try:
        return raw.decode(), None
    except UnicodeDecodeError:
        return b64encode(raw).decode(), "base64"


def mark_retried(store: Store, letters: list[DeadLetter], at: datetime, by: str) -> None:
    """Record that `by` sent them again at `at`."""
    rows = [
        {"district": one.district, "dead_letter_id": one.dead_letter_id, "retried_at": format_at(at), "retried_by": by}
        for one in letters
    ]
    body = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    if rows:
        store.insert_lines("dead_letter_retries", list(rows[0]), body)

"""What was found: the queue with its filters, counts by day, and one violation with every revision of it."""

import itertools
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from model.reference import folded
from model.violation import SEVERITIES, Violation
from storage.client import Store
from storage.queries import triage
from storage.queries.cited import cites, is_at
from storage.queries.event_rows import StoredEvent
from storage.queries.subject import Subject, names, pattern
from storage.queries.timeline import by_id
from storage.queries.where import MOST, Where

Sort = Literal["newest", "oldest", "gravest", "last_changed"]
_GRAVITY = "indexOf([" + ", ".join(f"'{severity}'" for severity in SEVERITIES) + "], severity)"
_SORTS: dict[Sort, str] = {
    "newest": "started_at DESC",
    "oldest": "started_at",
    "gravest": f"{_GRAVITY} DESC, started_at DESC",
    "last_changed": "stored_at DESC",
}
_SUBJECTS = ("account", "person", "device_id", "vendor")


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which violations; empty asks nothing. `subject` is an account, person, device or vendor, with `*`.

    `since` and `until` ask when it began, `over` which stretch it meets, `evidence_of` what stands in its evidence;
    `clauses` (ids) which it cites, `schools` (ids) whose people or devices it is about; `states`, `outcomes` and
    `assignees` how it stands with the people who handle it.
    """

    detections: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    subject: Subject | None = None
    since: datetime | None = None
    until: datetime | None = None
    ids: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    over: tuple[datetime | None, datetime | None] = (None, None)
    evidence_of: Subject | None = None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A violation as a line of the queue, at its newest revision."""

    violation_id: str
    district: str
    detection: str
    reason: str
    reasons: list[str]
    severity: str
    confidence: str
    status: str
    headline: str
    started_at: str
    ended_at: str
    stored_at: str
    revision: int
    epoch: int
    account: str | None = None
    person: str | None = None
    device_id: str | None = None
    vendor: str | None = None
    suppressed_by: str | None = None
    superseded_by: str | None = None
    ratified_by: str | None = None


class Day(msgspec.Struct, frozen=True):
    """How many violations of a detection and severity began on a local day."""

    day: str
    detection: str
    severity: str
    violations: int


class _Body(msgspec.Struct):
    body: str


class _StoredAt(msgspec.Struct):
    epoch: int
    revision: int
    stored_at: str


class _Count(msgspec.Struct):
    violations: int


_OPTIONAL = ("account", "person", "device_id", "vendor", "suppressed_by", "superseded_by", "ratified_by")
_LISTED = ", ".join(f"nullIf({f}, '') AS {f}" if f in _OPTIONAL else f for f in Listed.__struct_fields__)
_violation = msgspec.json.Decoder(Violation)


def queue(
    store: Store, district: str | None, wanted: Filter, sort: Sort = "newest", limit: int = 200, offset: int = 0
) -> list[Listed]:
    """The violations that `wanted` lets through, at their newest revision; unasked, of every status."""
    where = _where(district, wanted)
    order_by = f"ORDER BY {_SORTS[sort]}, violation_id {where.limit(limit, offset)}"
    sql = f"SELECT {_LISTED} FROM newest_violations {where} {order_by}"
    return store.rows(sql, Listed, where.parameters)


def newest(
    store: Store, district: str | None, wanted: Filter, sort: Sort = "newest", limit: int = 200, offset: int = 0
) -> list[Violation]:
    """The same as `queue`, each violation whole, as the stream wrote it."""
    where = _where(district, wanted)
    order_by = f"ORDER BY {_SORTS[sort]}, violation_id {where.limit(limit, offset)}"
    sql = f"SELECT body FROM newest_violations {where} {order_by}"
    return [_violation.decode(row.body) for row in store.rows(sql, _Body, where.parameters)]


def every(store: Store, district: str, wanted: Filter) -> Iterator[Violation]:
    """The same, oldest first and however many there are."""
    for offset in itertools.count(0, MOST):
        found = newest(store, district, wanted, "oldest", MOST, offset)
        yield from found
        if len(found) < MOST:
            return


def count(store: Store, district: str | None, wanted: Filter) -> int:
    """How many violations `wanted` lets through."""
    where = _where(district, wanted)
    return store.rows(f"SELECT count() AS violations FROM newest_violations {where}", _Count, where.parameters)[
        0
    ].violations


def by_day(store: Store, district: str | None, wanted: Filter, timezone: str) -> list[Day]:
    """Counts by day of the district's `timezone` (IANA), detection and severity."""
    where = _where(district, wanted)
    sql = (
        f"SELECT toString(toDate(started_at, {where.bind(timezone, 'String')})) AS day, detection, severity,"
        f" count() AS violations FROM newest_violations {where}"
        f" GROUP BY day, detection, severity ORDER BY day, detection, severity {where.limit(10_000)}"
    )
    return store.rows(sql, Day, where.parameters)


def beginning(store: Store, district: str | None, begins: str, limit: int = 20) -> list[Listed]:
    """The violations whose ids begin with a text, in order of their ids; one whose whole id it is comes alone."""
    where = Where(district)
    where.that(f"startsWith(violation_id, {where.bind(begins, 'String')})")
    sql = f"SELECT {_LISTED} FROM newest_violations {where} ORDER BY violation_id, district {where.limit(limit)}"
    found = store.rows(sql, Listed, where.parameters)
    return [one for one in found if one.violation_id == begins] or found


def revisions(store: Store, district: str | None, violation_id: str) -> list[Violation]:
    """Every revision of a violation, newest first; empty if there is none."""
    where = Where(district).equal("violation_id", violation_id)
    sql = f"SELECT body FROM violations FINAL {where} ORDER BY district, epoch DESC, revision DESC {where.limit(1_000)}"
    return [_violation.decode(row.body) for row in store.rows(sql, _Body, where.parameters)]


def stored_when(store: Store, district: str | None, violation_id: str) -> dict[tuple[int, int], str]:
    """When each revision (epoch, number) of a violation was stored."""
    where = Where(district).equal("violation_id", violation_id)
    sql = f"SELECT epoch, revision, stored_at FROM violations FINAL {where} {where.limit(1_000)}"
    return {(row.epoch, row.revision): row.stored_at for row in store.rows(sql, _StoredAt, where.parameters)}


def evidence(store: Store, violation: Violation) -> list[StoredEvent]:
    """The events that prove a violation, with their raw records, in order of time."""
    return by_id(store, violation.district, violation.event_ids)


def _where(district: str | None, wanted: Filter) -> Where:
    where = Where(district).between("started_at", wanted.since, wanted.until)
    where.among("detection", wanted.detections).among("severity", wanted.severities).among("status", wanted.statuses)
    where.among("violation_id", wanted.ids)
    triage.among(where, wanted.states, wanted.outcomes, wanted.assignees)
    if wanted.clauses:
        where.that(cites(where, wanted.clauses))
    if wanted.schools:
        where.that(is_at(where, wanted.schools))
    if wanted.over[0] is not None:
        where.that(f"ended_at >= {where.instant(wanted.over[0])}")
    if wanted.over[1] is not None:
        where.that(f"started_at < {where.instant(wanted.over[1])}")
    if wanted.subject:
        where.that(_is_about(where, wanted.subject))
    if wanted.evidence_of:
        where.that(_is_proof(where, district, wanted.evidence_of))
    return where


def _is_about(where: Where, sought: Subject) -> str:
    known = [f"person IN {where.bind(list(sought.people), 'Array(String)')}"] if sought.people else []
    fits = [where.bind(pattern(text), "String") for text in dict.fromkeys(map(folded, sought.said))]
    return " OR ".join([*(f"lower({column}) LIKE {fit}" for fit in fits for column in _SUBJECTS), *known])


def _is_proof(where: Where, district: str | None, sought: Subject) -> str:
    """The condition that a violation is about the subject, or that the subject stands in its evidence.

    An exhibit names it as it was attributed when it was judged; an event of the proof, as it is stored now.
    """
    fits = [_is_about(where, sought)]
    if "*" not in sought.text:
        texts = [msgspec.json.encode(one).decode() for one in sought.said]
        quoted = [f'"{name}":{text}' for name in ("account", "person", "device_id", "address") for text in texts]
        fits.append(f"multiSearchAny(body, {where.bind(quoted, 'Array(String)')})")
    of = f"district = {where.bind(district, 'String')} AND " if district else ""
    proof = f"SELECT arrayJoin(event_ids) FROM newest_violations {f'WHERE {of}1'}"
    # FINAL of these rows only: of all of them it reads the whole store.
    named = names(where, sought)
    ever = f"SELECT occurred_at, event_id FROM events WHERE {of}event_id IN ({proof}) AND {named}"
    now = f"events FINAL PREWHERE (occurred_at, event_id) IN ({ever}) WHERE {of}{named}"
    fits.append(f"hasAny(event_ids, (SELECT groupUniqArray(event_id) FROM {now}))")
    return " OR ".join(fits)

"""Entities as a schedule counts them: all decisions about each, when it was closed, and what keeps it; pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from casework import cases, holds, triage
from casework.fold import Entry, history
from casework.incidents import incident
from casework.requests import request
from casework.unmasking import LASTS
from model.casework import LASTING, CaseworkEvent, noun_of
from model.event import parse_at
from model.hold import Hold
from storage.queries.casework import Placed
from storage.retention.due import CASEWORK, REQUESTS, DueRow, Judged, Verdict

NUMBERED = frozenset({"case", "request", "incident"})  # what is called by a number, which names nobody
DISCLOSED = "record.disclosed"
LONGEST_ID = 64  # characters; a longer text is no id of ours
_FOR_REQUESTS = "records_request"  # the kind of a hold that goes with requests


class Entity(NamedTuple):
    """What was decided about one. `closed_at`: None while it is open, or must not be destroyed."""

    name: str  # `case:2026-0014`
    record_class: str
    rows: list[Placed]
    closed_at: datetime | None
    law: str = ""  # of a request


class Holding(NamedTuple):
    """A hold, the words by which it names its subjects, and the stored events and violations about them.

    `ids`: those of them by whose ids a decision calls them (`cited`).
    """

    hold: Hold
    words: Sequence[str]
    ids: frozenset[str] = frozenset()


class Kept(NamedTuple):
    """What keeps an entity that is past its schedule. `until`: what was decided later is another plan's."""

    holds: Sequence[Holding]
    stored_violations: frozenset[str]
    remedy_ends: Callable[[str, datetime], datetime | None]  # law and closing: until when it may be appealed or sued
    as_of: datetime  # the first instant of the plan's day, or of the day on which it was made, where that comes first
    until: datetime


def attached(event: CaseworkEvent) -> str | None:
    """The SHA-256 of the file that a decision adds to a case."""
    return str(event.body.get("sha256")) if event.kind == "case.attached" else None


def entities(rows: Iterable[Placed]) -> list[Entity]:
    """What decisions of one district, in the log's order, are about; without what is never destroyed."""
    apart: dict[str, list[Placed]] = {}
    for row in rows:
        if noun_of(row.event.entity) not in LASTING:
            apart.setdefault(row.event.entity, []).append(row)
    known = {name: history(one.event for one in found) for name, found in apart.items()}
    opened = {name.partition(":")[2] for name, one in known.items() if _is_open_case(name, one)}
    return [_entity(name, found, known[name], opened) for name, found in apart.items()]


def _is_open_case(name: str, entries: list[Entry]) -> bool:
    found = cases.state(entries) if noun_of(name) == "case" else None
    return found is not None and found.status == "open"


def _entity(name: str, rows: list[Placed], entries: list[Entry], opened_cases: set[str]) -> Entity:
    last = max(parse_at(one.event.at) for one in rows)
    noun = noun_of(name)
    record_class, law = CASEWORK, ""
    if noun == "request":
        asked = request.state(entries)
        record_class, law = REQUESTS, asked.law if asked else ""
    held = holds.state(entries) if noun == "hold" else None
    if held and held.kind == _FOR_REQUESTS:
        record_class = REQUESTS
    if noun == "person":
        return Entity(name, record_class, rows, _person_closed(rows, last, opened_cases))
    return Entity(name, record_class, rows, _CLOSED.get(noun, _at_once)(entries, last), law)


def _at_once(_entries: list[Entry], last: datetime) -> datetime | None:
    """What nobody closes: a signature, an adoption."""
    return last


def _person_closed(rows: list[Placed], last: datetime, opened_cases: set[str]) -> datetime | None:
    """Unmaskings end with their case, or by themselves; a disclosure is kept with the student's record."""
    stands = any(one.event.kind == DISCLOSED or one.event.body.get("case") in opened_cases for one in rows)
    return None if stands else last + LASTS


def _ended(state: Callable[[list[Entry]], Any], ends: str) -> Callable[[list[Entry], datetime], datetime | None]:
    """When a thing was closed, by its state; what was never opened (refused, or too late) by its last decision."""

    def closed(entries: list[Entry], last: datetime) -> datetime | None:
        found = state(entries)
        if found is None:
            return last
        at = getattr(found, ends)
        return parse_at(at) if at else None

    return closed


def _triage_closed(entries: list[Entry], _last: datetime) -> datetime | None:
    found = triage.state(entries)
    return parse_at(found.decided_at) if found.state == "closed" and found.decided_at else None


_CLOSED: Mapping[str, Callable[[list[Entry], datetime], datetime | None]] = {
    "case": _ended(cases.state, "closed_at"),
    "request": _ended(request.state, "closed_at"),
    "incident": _ended(incident.state, "closed_at"),
    "hold": _ended(holds.state, "released_at"),
    "violation": _triage_closed,
}


def judged(found: Iterable[Entity], cutoffs: Mapping[str, datetime], kept: Kept) -> list[Judged]:
    """Each decision with what a plan says of it; one entity is destroyed whole or not at all."""
    told: list[Judged] = []
    for one in found:
        verdict = _verdict(one, cutoffs.get(one.record_class), kept)
        called = one.name if noun_of(one.name) in NUMBERED else ""
        at = one.closed_at or parse_at(one.rows[-1].event.at)
        told += [
            Judged(one.record_class, DueRow(row.event.event_id, row.version, 0, one.name, called), verdict, at)
            for row in one.rows
        ]
    return told


def due_again(found: Iterable[Entity]) -> list[Judged]:
    """Decisions that were destroyed before, and are back."""
    return [
        Judged(one.record_class, DueRow(row.event.event_id, row.version, 0, one.name), "due", parse_at(row.event.at))
        for one in found
        for row in one.rows
    ]


def _verdict(one: Entity, cutoff: datetime | None, kept: Kept) -> Verdict:
    ended = _end(one, kept)
    if cutoff is None or ended is None or ended >= cutoff or _decided_since(one, kept):
        return ""
    if any(keeps(holding, one) for holding in kept.holds):
        return "held"
    return "kept" if _stays_longer(one, ended, kept) else "due"


def _end(one: Entity, kept: Kept) -> datetime | None:
    """The handling of a finding ends with the finding, if nobody closed it."""
    noun, _, name = one.name.partition(":")
    gone = noun == "violation" and name not in kept.stored_violations
    return max(parse_at(row.event.at) for row in one.rows) if gone else one.closed_at


def _decided_since(one: Entity, kept: Kept) -> bool:
    return any(parse_at(row.event.at) > kept.until for row in one.rows)


def _stays_longer(one: Entity, ended: datetime, kept: Kept) -> bool:
    noun, _, name = one.name.partition(":")
    if noun == "violation":  # without it a finding would be new again
        return name in kept.stored_violations
    answered = max(ended, *(parse_at(row.event.at) for row in one.rows))  # a letter may follow the closing
    remedy = kept.remedy_ends(one.law, answered) if one.law else None
    return remedy is not None and remedy >= kept.as_of


def cited(one: Entity) -> set[str]:
    """What may be ids of events and violations in the decisions about it, its own name included."""
    values: list[Any] = [one.name.partition(":")[2], *(row.event.body for row in one.rows)]
    found: set[str] = set()
    while values:
        value = values.pop()
        if isinstance(value, str) and len(value) <= LONGEST_ID and " " not in value:
            found.add(value)
        elif isinstance(value, dict | list):
            values += value.values() if isinstance(value, dict) else value
    return found


def keeps(holding: Holding, one: Entity) -> bool:
    """Whether a hold keeps it: it names a subject or cites a record about one, one decided it, or the hold names it.

    Rather too much is kept. Where a hold names nobody, only the time of the decisions says whether they belong to its
    matter.
    """
    hold, words, ids = holding
    cases = {str(row.event.body["case"]) for row in one.rows if row.event.body.get("case")}  # of an unmasking
    if any(_names(f"{hold.matter} {hold.reason}", number) for number in {one.name.partition(":")[2], *cases}):
        return True
    if not ids.isdisjoint(cited(one)):
        return True
    if words:
        written = [msgspec.json.encode(word.lower()).decode()[1:-1] for word in words]
        actors = {row.event.actor.lower() for row in one.rows}
        text = msgspec.json.encode([[row.event.entity, row.event.body] for row in one.rows]).decode().lower()
        return any(word in text for word in written) or not actors.isdisjoint(word.lower() for word in words)
    times = [parse_at(row.event.at) for row in one.rows]
    since, until = (datetime.fromisoformat(said) if said else None for said in (hold.since, hold.until))
    return (since is None or max(times) >= since) and (until is None or min(times) < until)


def _names(text: str, number: str) -> bool:
    """Whether a number stands in it, with no letter or digit beside it."""
    return re.search(rf"(?<![^\W_]){re.escape(number)}(?![^\W_])", text, re.IGNORECASE) is not None

"""What is done with a request: open, collect, extend, decide, close. Each is a decision; opening places a hold."""

import uuid
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from casework.cases import next_number as number_after
from casework.fold import histories
from casework.fold import version as version_of
from casework.holds import entity_of as hold_entity
from casework.holds import hold_of
from casework.register import Register, decision
from casework.requests.ordinals import next_ordinal
from casework.requests.request import Decision, Request, entity_of, state
from casework.requests.rules import Closed, RequestRefused, checked, deadlines, more_time
from casework.searches import made as search_made
from casework.searches import tell
from model.casework import CaseworkEvent
from model.event import parse_at
from model.hold import Hold
from model.law import Law, as_row
from model.reference import account_parts
from storage.client import Store
from storage.queries import responsive
from storage.queries.casework import destroyed_numbers, matching, of_noun
from storage.queries.districts import District, districts
from storage.queries.names import named
from storage.queries.office import office_calendar
from storage.queries.responsive import Criteria
from storage.queries.subject import Subject
from storage.queries.timeline import Span

_TRIES = 20  # how often the next free number is tried


class Actor(NamedTuple):
    """Who does it, in which role."""

    name: str
    role: str


class Place(NamedTuple):
    """Where a request is: the district, the state whose law counts, when its office is closed, and its time zone."""

    district: str
    state: str | None
    closed: Closed
    timezone: str

    def today(self, at: datetime) -> date:
        """The day that an instant falls on there."""
        return at.astimezone(ZoneInfo(self.timezone)).date()


class Asked(NamedTuple):
    """What came in."""

    law: str
    received: date
    requester: str
    text: str
    criteria: Criteria


def place_of(store: Store, home: District) -> Place:
    """The place of a district as it is stored. Raises `Unavailable`."""
    calendar = office_calendar(store, home.id, home.timezone)
    return Place(home.id, state_of(home.content), lambda day: not calendar.office_open(day), home.timezone)


def place_at(store: Store, district: str) -> Place:
    """The same, by the district's id; where nothing is stored of it, no day is a closed one."""
    home = next((one for one in districts(store) if one.id == district), None)
    return place_of(store, home) if home else Place(district, None, lambda _: False, "UTC")


def state_of(content: str) -> str | None:
    """The state that a district names, or that its policy pack is of (`union-ok`)."""
    said = msgspec.json.decode(content, type=dict[str, str])
    pack = said.get("policy", "")
    tail = pack.rpartition("-")[2].upper() if not pack.startswith(".") else ""
    return said.get("state") or (tail if len(tail) == 2 else None)


def open_request(register: Register, law: Law, place: Place, asked: Asked, by: Actor, at: datetime) -> Request:
    """Number it, start its clock, hold its rows. Raises `RequestRefused`, NotRecorded and Unavailable."""
    _lawful(law, asked)
    if asked.received > place.today(at):
        raise RequestRefused("it cannot have been received in the future: the day of receipt is later than today")
    found = deadlines(law, asked.law, asked.received, place.state, place.closed)
    rows = _rows(register.store, place.district, asked.criteria)
    hold_id = uuid.uuid4().hex[:12]
    body = {
        **msgspec.to_builtins({**asked._asdict(), "received": asked.received.isoformat()}),
        "due": found.answer.due and found.answer.due.isoformat(),
        "produce_by": found.produce and found.produce.isoformat(),
        "clock": msgspec.json.decode(msgspec.json.encode(as_row(found.answer))),
        "hold_id": hold_id,
        "responsive": rows,
    }
    request = _numbered(register, place.district, asked.received.year, body, by, at)
    _hold(register, request, by, at)
    _searched(register, request, "opened", rows, by, at)
    return request


def _lawful(law: Law, asked: Asked) -> None:
    if asked.law not in law.requests:
        raise RequestRefused(
            f"{asked.law!r} is not a law for records requests; choose one of {', '.join(law.requests)}"
        )
    if parse_at(asked.criteria.since) >= parse_at(asked.criteria.until):
        raise RequestRefused("the time asked for ends before it begins (--from, --to)")
    if not asked.requester.strip() or not asked.text.strip():
        raise RequestRefused("say who asks (--requester) and what for (--text)")
    criteria = asked.criteria
    named_ = [*criteria.accounts, *criteria.persons, *criteria.devices, *criteria.domains]
    wild = [one for one in named_ if not one.strip() or "*" in one]
    if wild:
        raise RequestRefused(
            f"{wild[0]!r} cannot be asked for: write each account, person, device and domain whole, without *"
        )


def _numbered(register: Register, home: str, year: int, body: dict[str, Any], by: Actor, at: datetime) -> Request:
    register.catch_up(home)
    number, lost = next_number(register.store, register.lost(None, "request"), year), register.lost(home, "request")
    for _ in range(_TRIES):
        entity = entity_of(f"{year}-{number:04d}")
        body = {**body, "ordinal": next_ordinal(register.store, home, lost)}
        told = _told(home, by, str(body["law"]))
        entry = register.write(decision(entity, "request.opened", at, expected_version=0, body=body, **told))
        if entry.holds:
            found = state(register.of(home, entity))
            assert found is not None
            return found
        number += 1
    raise RequestRefused("others opened requests at the same moment; open it again")


def next_number(store: Store, lost: int, year: int) -> int:
    """The number after the last request of a year, over all districts: an id names one request alone.

    `lost`: decisions that nobody can read any more (`cases.next_number`).
    """
    opened = {one.entity.partition(":")[2] for one in matching(store, kinds=("request.opened",), limit=10_000)}
    known = opened | destroyed_numbers(store, "request")
    taken = {one for one in known if one[5:].isdecimal()}
    return int(number_after(taken, lost, year).partition("-")[2])


def _hold(register: Register, request: Request, by: Actor, at: datetime) -> None:
    """Hold what the request is about: by account names without realms, which holds rather more than less."""
    criteria = request.criteria
    accounts = [account_parts(one)[0] or one for one in criteria.accounts]
    hold = Hold(
        hold_id=request.hold_id,
        district=request.district,
        matter=request.request_id,
        kind="records_request",
        reason=f"{request.law}: {request.text}"[:500],
        accounts=tuple(dict.fromkeys(accounts)),
        persons=criteria.persons,
        devices=criteria.devices,
        domains=criteria.domains,
        since=criteria.since,
        until=criteria.until,
    )
    told = _told(request.district, by, request.law)
    register.write(decision(hold_entity(hold.hold_id), "hold.placed", at, body=hold.said(), **told))


def requests(store: Store, district: str | None = None) -> list[Request]:
    """Every request of a district, or of all, in the order of their numbers. Raises `Unavailable`."""
    homes = [district] if district else sorted({one.district for one in matching(store, kinds=("request.opened",),
                                                                                limit=10_000)})  # fmt: skip
    events = [one for home in homes for one in of_noun(store, home, "request")]
    found = [state(entries) for entries in histories(events).values()]
    return sorted((one for one in found if one), key=lambda one: (one.request_id, one.district))


def request_of(store: Store, request_id: str) -> Request:
    """The request of that number, in whichever district. Raises `RequestRefused`, `Unavailable`."""
    opened = matching(store, kinds=("request.opened",), entity=entity_of(request_id))
    homes = sorted({one.district for one in opened})
    found = [one for home in homes for one in requests(store, home) if one.request_id == request_id]
    if len(found) != 1:
        raise RequestRefused(f"there {'is no' if not found else 'are two'} request {request_id}; `request list`")
    return found[0]


def collect(register: Register, request: Request, by: Actor, at: datetime) -> list[responsive.Counted]:
    """Count what is responsive now, in the store, and keep that; the hold is placed anew where it is missing."""
    if request.closed_at:
        raise RequestRefused(f"{request.request_id} was closed by {request.closed_by}")
    counted = responsive.count(register.store, request.district, request.criteria)
    rows = sum(one.rows for one in counted)
    if hold_of(register.store, request.hold_id) is None:
        _hold(register, request, by, at)
    told = msgspec.to_builtins(counted)
    without_time = responsive.undated(register.store, request.district, request.criteria)
    _write(register, request, "collected", by, at, {"responsive": rows, "undated": without_time, "counted": told})
    _searched(register, request, "collected", rows, by, at)
    return counted


def extend(
    register: Register, law: Law, request: Request, reason: str, until: date | None, note: str, by: Actor, at: datetime
) -> Request:
    """Take more time. Raises `RequestRefused`."""
    closed = place_at(register.store, request.district).closed
    more = more_time(law, request, reason, until, note, closed)
    body = {"reason": more.reason, "due": more.due, "note": more.note}
    return _write(register, request, "extended", by, at, body)


def decide(register: Register, law: Law, request: Request, made: Decision, by: Actor, at: datetime) -> Request:
    """Release, redact or withhold. Raises `RequestRefused`."""
    made = checked(law, request, made, at.astimezone(UTC).date())
    store, home = register.store, request.district
    if made.target == "row" and not responsive.is_responsive(store, home, request.criteria, made.value):
        raise RequestRefused(f"no row {made.value} is responsive to {request.request_id}")
    if made.target == "person" and ("person", made.value) not in named(store, home, [made.value]):
        raise RequestRefused(f"no table lists a person {made.value!r}: give the id of users.csv")
    body = {name: getattr(made, name) for name in ("target", "value", "action", "code", "note")}
    return _write(register, request, "decided", by, at, body)


def close(register: Register, request: Request, reason: str, by: Actor, at: datetime) -> Request:
    """Close it and release its matter's hold. Raises `RequestRefused`."""
    if request.closed_at:
        raise RequestRefused(f"{request.request_id} was closed by {request.closed_by}")
    made = _write(register, request, "closed", by, at, {"reason": reason})
    hold = hold_of(register.store, request.hold_id)
    if hold and hold.stands:
        entity = hold_entity(hold.hold_id)
        seen = version_of(register.of(request.district, entity))
        told = _told(request.district, by, request.law)
        body = {"reason": f"request {request.request_id} was closed: {reason}"}
        register.write(decision(entity, "hold.released", at, expected_version=seen, body=body, **told))
    return made


def written(register: Register, request: Request, kind: str, sha256: str, by: Actor, at: datetime) -> Request:
    """Keep that a letter was written."""
    return _write(register, request, "letter_written", by, at, {"kind": kind, "sha256": sha256})


def _write(register: Register, request: Request, kind: str, by: Actor, at: datetime, body: dict[str, Any]) -> Request:
    event = decision(
        entity_of(request.request_id),
        f"request.{kind}",
        at,
        expected_version=request.version,
        body=body,
        **_told(request.district, by, request.law),
    )
    entry = register.write(event)
    if not entry.holds:
        first = entry.first
        was = f": {first.actor} was first ({first.kind})" if first else ""
        raise RequestRefused(f"not done{was}. The attempt is recorded; look at {request.request_id} and do it again")
    found = state(register.of(request.district, event.entity))
    assert found is not None
    return found


def _told(home: str, by: Actor, law: str) -> dict[str, Any]:
    return {"actor": by.name, "role": by.role, "district": home, "purpose": purpose_of(law)}


def purpose_of(law: str) -> str:
    """Why somebody reads for a request under this law."""
    return "pupil_records" if law == "us.ferpa" else "public_records"


def _rows(store: Store, home: str, criteria: Criteria) -> int:
    return sum(one.rows for one in responsive.count(store, home, criteria))


def _searched(register: Register, request: Request, how: str, rows: int, by: Actor, at: datetime) -> None:
    tell(register, looked(request, f"request {how}", rows, by, at))


def looked(request: Request, how: str, rows: int, by: Actor, at: datetime) -> CaseworkEvent:
    """That somebody read, or counted, the rows of a request."""
    criteria = request.criteria
    named_ = [f"{kind[:-1]}:{one}" for kind in ("accounts", "persons", "devices", "domains")
              for one in getattr(criteria, kind)]  # fmt: skip
    sought = Subject(" ".join(named_) or "everything", people=criteria.persons)
    span = Span(since=parse_at(criteria.since), until=parse_at(criteria.until), categories=criteria.categories)
    told = {"district": request.district, "actor": by.name, "role": by.role, "purpose": purpose_of(request.law)}
    return search_made(how, sought, span, rows, at, case=request.request_id, **told)

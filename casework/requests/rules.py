"""What a law lets be done with a request, and by when: first answer, more time, a decision's code; pure."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import msgspec

from casework.requests.request import ACTIONS, COLUMNS, TARGETS, Decision, MoreTime, Request
from model.law import Clock, Exemption, Law, clock
from model.spelling import meant
from storage.ledger.stored import EVENT_CLASSES

Closed = Callable[[date], bool]  # whether the district office is closed on a day


class RequestRefused(ValueError):
    """What the law, or the state of a request, does not let be done; the message says why."""


class Deadlines(NamedTuple):
    """The clock of the first answer, and the day by which the records themselves are due where the law has one."""

    answer: Clock
    produce: date | None = None


def deadlines(law: Law, name: str, received: date, state: str | None, closed: Closed) -> Deadlines:
    """When a request received on a day must be answered. A shorter rule of the district's `state` wins."""
    asked = law.requests[name]
    found = clock(law, asked.respond, received, closed)
    shorter = asked.shorter.get(state or "")
    if shorter:
        theirs = clock(law, shorter, received, closed)
        found = theirs if theirs.due and (found.due is None or theirs.due < found.due) else found
    produce = clock(law, asked.produce, received, closed).due if asked.produce else None
    return Deadlines(found, produce)


def more_time(law: Law, request: Request, reason: str, until: date | None, note: str, closed: Closed) -> MoreTime:
    """An extension as the law allows it, and no more. Raises `RequestRefused`."""
    _open(request)
    asked = law.requests[request.law]
    allowed = asked.extension
    if allowed is None:
        raise RequestRefused(f"{asked.title} knows no extension; {request.clock.get('why') or 'the day stands'}")
    if allowed.once and request.extensions:
        raise RequestRefused(f"{asked.title} allows one extension, and {request.extensions[-1].by} has taken it")
    if reason not in allowed.reasons:
        raise RequestRefused(
            f"{reason!r} is not a reason that {allowed.source} names{_near(reason, allowed.reasons)}:"
            f" {', '.join(allowed.reasons)}"
        )
    due = _extended_to(law, request, until, closed) if allowed.rule else until
    if due is None:
        raise RequestRefused(f"{allowed.source} names no number of days: it takes {allowed.needs} (--until DATE)")
    if request.due and due.isoformat() <= request.due:
        raise RequestRefused(f"{due} is not later than the day that stands, {request.due}")
    return MoreTime(reason=reason, due=due.isoformat(), note=note)


def _extended_to(law: Law, request: Request, until: date | None, closed: Closed) -> date:
    """The last day that the law gives, or an earlier one that was chosen."""
    allowed = law.requests[request.law].extension
    assert allowed is not None
    assert allowed.rule is not None
    starts = request.produce_by if allowed.counts_from == "produce" else request.received
    found = clock(law, allowed.rule, date.fromisoformat(starts or request.received), closed)
    if found.due is None:
        raise RequestRefused(f"{allowed.rule}: {found.why}")
    if until and until > found.due:
        raise RequestRefused(f"{allowed.source} gives time until {found.due} and no longer")
    return until or found.due


def codes(law: Law, name: str, on: date) -> dict[str, Exemption]:
    """The exemptions of a law that are in force on a day, by code."""
    return {
        code: one
        for code, one in law.requests[name].exemptions.items()
        if (one.effective_from is None or one.effective_from <= on)
        and (one.effective_to is None or on <= one.effective_to)
    }


def checked(law: Law, request: Request, made: Decision, on: date) -> Decision:
    """The decision itself, its value as we write it. Raises `RequestRefused` on one that says nothing lawful."""
    _open(request)
    if made.target not in TARGETS or made.action not in ACTIONS:
        raise RequestRefused(f"a decision is {', '.join(ACTIONS)} of a {', '.join(TARGETS)}")
    known = codes(law, request.law, on)
    if made.code is None and made.action != "release":
        raise RequestRefused(f"say which exemption holds it back: --code, one of {', '.join(known)}")
    if made.code is not None and made.code not in known:
        raise RequestRefused(
            f"{made.code!r} is not an exemption code of {request.law}{_near(made.code, known)}: {', '.join(known)}"
        )
    if made.target == "column" and made.value not in COLUMNS:
        raise RequestRefused(f"an event has no field {made.value!r}{_near(made.value, COLUMNS)}")
    return msgspec.structs.replace(made, value=_category(made.value)) if made.target == "category" else made


def _category(value: str) -> str:
    found = value.removesuffix("_events")
    known = [one.removesuffix("_events") for one in EVENT_CLASSES]
    if found not in known:
        raise RequestRefused(f"there is no category {value!r}{_near(found, known)}: {', '.join(known)}")
    return found


def classes_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Record classes as we write them, from `proxy`, `proxy_events` or several with commas between."""
    asked = [one.strip() for word in words for one in word.split(",") if one.strip()]
    found = [one if one.endswith("_events") else f"{one}_events" for one in asked]
    strange = [one for one, full in zip(asked, found, strict=True) if full not in EVENT_CLASSES]
    if strange:
        raise RequestRefused(f"rows of {strange[0]!r} are not collected; there are {', '.join(EVENT_CLASSES)}")
    return tuple(dict.fromkeys(found))


def _open(request: Request) -> None:
    if request.closed_at:
        raise RequestRefused(f"{request.request_id} was closed by {request.closed_by}: {request.closed_because}")


def _near(word: str, known: object) -> str:
    found = meant(word, known)  # type: ignore[arg-type]
    return f"; did you mean {found}?" if found else ""

"""A request for records as its decisions left it: what is asked for, until when, and what is released; pure."""

from typing import Any, Literal

import msgspec

from casework.fold import Entry, folded, version
from model.casework import CaseworkEvent
from model.event import Event, parse_at
from storage.queries.responsive import Criteria

Target = Literal["row", "column", "person", "category"]
Action = Literal["release", "redact", "withhold"]
Status = Literal["opened", "collected", "produced", "closed"]
TARGETS: tuple[Target, ...] = ("row", "column", "person", "category")
ACTIONS: tuple[Action, ...] = ("release", "redact", "withhold")
COLUMNS = Event.__struct_fields__


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about a row (its event's id), a column (a field of events), a person (an id) or a category.

    `redact` strikes cells out and keeps the row; `withhold` of a row, person or category keeps its whole rows back, of
    a column all its cells. Of two about the same target the later one holds; a row's comes before a person's, a
    person's before a category's.
    """

    target: Target
    value: str
    action: Action
    code: str | None = None  # of the law's exemptions; None where something is released
    note: str = ""
    by: str = ""
    at: str = ""


class MoreTime(msgspec.Struct, frozen=True, kw_only=True):
    """An extension that was taken; `due` is the day it gave."""

    reason: str
    due: str
    note: str = ""
    by: str = ""
    at: str = ""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that was written; `sha256` of its PDF."""

    kind: str
    sha256: str
    by: str = ""
    at: str = ""


class Production(msgspec.Struct, frozen=True, kw_only=True):
    """Files that were made; `told` is the body of `request.produced`."""

    told: dict[str, Any]
    by: str = ""
    at: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request. Days are ISO dates; `clock` is what `hallmonitor clock --json` says of the clock that it began with.

    `due` is None where the law names no day; the clock's `why` tells what it says instead. `responsive` is how many
    rows the last collection counted.
    """

    request_id: str
    district: str
    law: str
    received: str
    requester: str
    text: str
    criteria: Criteria
    clock: dict[str, Any]
    ordinal: int | None = None  # which of its district's requests it is; None of an earlier release, which kept none
    due: str | None = None
    produce_by: str | None = None  # where the law gives the records themselves a day of their own
    hold_id: str = ""
    responsive: int = 0
    undated: int = 0  # rows about the same subjects without a time that could be read
    collected_at: str | None = None
    decisions: tuple[Decision, ...] = ()
    extensions: tuple[MoreTime, ...] = ()
    letters: tuple[Written, ...] = ()
    productions: tuple[Production, ...] = ()
    opened_by: str = ""
    opened_at: str = ""
    closed_by: str | None = None
    closed_at: str | None = None
    closed_because: str | None = None
    version: int = 0

    @property
    def status(self) -> Status:
        """How far it got."""
        if self.closed_at:
            return "closed"
        if self.productions:
            return "produced"
        return "collected" if self.collected_at else "opened"

    @property
    def standing(self) -> tuple[Decision, ...]:
        """The decisions that hold: of each target the last one, in the order in which targets were first decided."""
        last = {(one.target, one.value): one for one in self.decisions}
        return tuple(last.values())


def entity_of(request_id: str) -> str:
    """The entity of a request."""
    return f"request:{request_id}"


def state(entries: list[Entry]) -> Request | None:
    """The request as the decisions left it; None where none opened it."""
    start: Request | None = None
    found = folded(start, entries, _step)
    return found and msgspec.structs.replace(found, version=version(entries))


def _step(request: Request | None, event: CaseworkEvent) -> Request | None:
    if event.kind == "request.opened":
        return _opened(event)
    if request is None:
        return None
    change = _CHANGES.get(event.kind)
    return msgspec.structs.replace(request, **change(request, event)) if change else request


def _opened(event: CaseworkEvent) -> Request | None:
    """None where it does not say what a request must say: then it opened none."""
    known = {name: one for name, one in event.body.items() if name in Request.__struct_fields__}
    told = {"request_id": event.entity.partition(":")[2], "district": event.district}
    try:
        return msgspec.convert({**known, **told, "opened_by": event.actor, "opened_at": event.at}, Request)
    except msgspec.ValidationError:
        return None


def _collected(request: Request, event: CaseworkEvent) -> dict[str, Any]:
    rows = {name: int(event.body.get(name, 0)) for name in ("responsive", "undated")}
    return {**rows, "collected_at": event.at}


def _extended(request: Request, event: CaseworkEvent) -> dict[str, Any]:
    more = msgspec.convert({**event.body, "by": event.actor, "at": event.at}, MoreTime)
    return {"extensions": (*request.extensions, more), "due": more.due}


def _decided(request: Request, event: CaseworkEvent) -> dict[str, Any]:
    made = msgspec.convert({**event.body, "by": event.actor, "at": event.at}, Decision)
    return {"decisions": (*request.decisions, made)}


def _written(request: Request, event: CaseworkEvent) -> dict[str, Any]:
    made = msgspec.convert({**event.body, "by": event.actor, "at": event.at}, Written)
    return {"letters": (*request.letters, made)}


def _produced(request: Request, event: CaseworkEvent) -> dict[str, Any]:
    return {"productions": (*request.productions, Production(told=event.body, by=event.actor, at=event.at))}


def _closed(request: Request, event: CaseworkEvent) -> dict[str, Any]:
    return {"closed_by": event.actor, "closed_at": event.at, "closed_because": event.body.get("reason")}


_CHANGES = {
    "request.collected": _collected,
    "request.extended": _extended,
    "request.decided": _decided,
    "request.letter_written": _written,
    "request.produced": _produced,
    "request.closed": _closed,
}


def days_left(request: Request, today: str) -> int | None:
    """Days from `today` (an ISO date) to the due day, negative when it is past; None where no day is named."""
    if request.due is None:
        return None
    return (parse_at(f"{request.due}T00:00:00Z") - parse_at(f"{today}T00:00:00Z")).days

"""Cases: what people do about violations, as decisions `case.…`; their state, and the chain of custody, are folds."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec

from casework.fold import Entry, folded, histories, history, version
from casework.register import Register, decision
from casework.roles import role_for
from casework.users import User
from model.casework import CaseworkEvent
from storage.client import Store
from storage.queries.cases import cases_with
from storage.queries.casework import destroyed_numbers, matching, of_entities, of_noun
from storage.queries.violations import Listed
from storage.queries.where import MOST

RIGHT = "work on cases"
# What a case may hold, and what a list of each is called.
SUBJECTS = ("violations", "people", "accounts", "devices", "vendors", "events")
ADDING = ("case.added", "case.noted", "case.attached", "case.exported")
_ID = re.compile(r"\d{4}-\d{4,}")


class Note(msgspec.Struct, frozen=True):
    """What somebody wrote down."""

    at: str
    actor: str
    text: str


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was added; its content lies in the home under its SHA-256 (`casework/attachments.py`)."""

    name: str
    sha256: str
    size: int
    at: str
    actor: str
    received_from: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the chain of custody: who did what with which thing, when; `sha256` of a file."""

    at: str
    actor: str
    role: str
    what: str
    sha256: str | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as its decisions left it. `shared_with`: who may open its violations while it is open."""

    case_id: str
    district: str
    title: str
    purpose: str
    status: Literal["open", "closed"] = "open"
    opened_by: str
    opened_at: str
    closed_by: str | None = None
    closed_at: str | None = None
    outcome: str | None = None
    violations: list[str] = []
    people: list[str] = []
    accounts: list[str] = []
    devices: list[str] = []
    vendors: list[str] = []
    events: list[str] = []
    notes: list[Note] = []
    attachments: list[Attachment] = []
    shared_with: list[str] = []
    custody: list[Step] = []
    version: int = 0


class CaseRefused(ValueError):
    """A change to a case that cannot be; the message says why."""


def entity_of(case_id: str) -> str:
    """The entity of a case, by its number."""
    return f"case:{case_id}"


def number(text: str) -> str:
    """The number that was written, `2026-0001` or `case:2026-0001`; raises `CaseRefused`."""
    told = text.removeprefix("case:")
    if not _ID.fullmatch(told):
        raise CaseRefused(f"{text!r} is not a case number; they look like 2026-0001")
    return told


def next_number(taken: Collection[str], lost: int, year: int) -> str:
    """The number after the highest of a year.

    `lost`: decisions that nobody can read any more and that gave a number: as many are skipped, once.
    """
    numbers = [int(one.partition("-")[2]) for one in taken if one.startswith(f"{year:04}-")]
    highest = max(*numbers, len(numbers) + lost if lost else 0, 0)
    return f"{year:04}-{highest + 1:04}"


def state(entries: list[Entry]) -> Case | None:
    """The case as these decisions left it; None where it was never opened."""
    start: Case | None = None
    found = folded(start, entries, _step)
    return found and msgspec.structs.replace(found, version=version(entries))


def _step(case: Case | None, event: CaseworkEvent) -> Case | None:
    if event.kind == "case.opened":
        case = _opened(event)
    elif case is None:
        return None
    else:
        case = msgspec.structs.replace(case, **_CHANGES.get(event.kind, _unchanged)(case, event))
    step = Step(at=event.at, actor=event.actor, role=event.role, what=_what(event), sha256=event.body.get("sha256"))
    return msgspec.structs.replace(case, custody=[*case.custody, step])


def _opened(event: CaseworkEvent) -> Case:
    body = event.body
    held: dict[str, Any] = {name: list(body.get(name, ())) for name in SUBJECTS}
    return Case(
        case_id=event.entity.removeprefix("case:"),
        district=event.district,
        title=body["title"],
        purpose=event.purpose,
        opened_by=event.actor,
        opened_at=event.at,
        **held,
    )


def _added(case: Case, event: CaseworkEvent) -> dict[str, Any]:
    return {name: [*dict.fromkeys([*getattr(case, name), *event.body.get(name, ())])] for name in SUBJECTS}


def _noted(case: Case, event: CaseworkEvent) -> dict[str, Any]:
    return {"notes": [*case.notes, Note(event.at, event.actor, event.body["text"])]}


def _attached(case: Case, event: CaseworkEvent) -> dict[str, Any]:
    body = event.body
    told = {name: body[name] for name in ("name", "sha256", "size")}
    made = Attachment(**told, at=event.at, actor=event.actor, received_from=body.get("received_from", ""))
    return {"attachments": [*case.attachments, made]}


def _shared(case: Case, event: CaseworkEvent) -> dict[str, Any]:
    return {"shared_with": [*dict.fromkeys([*case.shared_with, event.body["with"]])]}


def _unshared(case: Case, event: CaseworkEvent) -> dict[str, Any]:
    return {"shared_with": [one for one in case.shared_with if one != event.body["with"]]}


def _closed(case: Case, event: CaseworkEvent) -> dict[str, Any]:
    told = {"closed_by": event.actor, "closed_at": event.at, "outcome": event.body.get("outcome")}
    return {"status": "closed", **told, "notes": _with_comment(case, event)}


def _reopened(case: Case, event: CaseworkEvent) -> dict[str, Any]:
    told: dict[str, Any] = {"closed_by": None, "closed_at": None, "outcome": None}
    return {"status": "open", **told, "notes": _with_comment(case, event)}


def _with_comment(case: Case, event: CaseworkEvent) -> list[Note]:
    text = event.body.get("comment")
    return [*case.notes, Note(event.at, event.actor, text)] if text else case.notes


def _unchanged(_case: Case, _event: CaseworkEvent) -> dict[str, Any]:
    return {}


_CHANGES = {
    "case.added": _added,
    "case.noted": _noted,
    "case.attached": _attached,
    "case.shared": _shared,
    "case.unshared": _unshared,
    "case.closed": _closed,
    "case.reopened": _reopened,
}


def _what(event: CaseworkEvent) -> str:
    body = event.body
    told = _WHAT.get(event.kind)
    return told(body) if told else event.kind


def _held(body: dict[str, Any]) -> str:
    return "; ".join(f"{name} {', '.join(body[name])}" for name in SUBJECTS if body.get(name))


def _outcome(body: dict[str, Any]) -> str:
    return f": {body['outcome'].replace('_', ' ')}" if body.get("outcome") else ""


def _handed(body: dict[str, Any]) -> str:
    to = f", handed to {body['handed_to']}" if body.get("handed_to") else ""
    return f"exported the case ({body['form'].replace('_', ' ')}{to})"


_WHAT: dict[str, Callable[[dict[str, Any]], str]] = {
    "case.opened": lambda body: f"opened the case{' with ' + _held(body) if _held(body) else ''}",
    "case.added": lambda body: f"added {_held(body)}",
    "case.noted": lambda _: "added a note",
    "case.attached": lambda body: (
        f"added the file {body['name']}" + (f", received from {body['received_from']}" if body["received_from"] else "")
    ),
    "case.shared": lambda body: f"shared the case with {body['with']}",
    "case.unshared": lambda body: f"ended the sharing with {body['with']}",
    "case.closed": lambda body: f"closed the case{_outcome(body)}",
    "case.reopened": lambda _: "opened the case again",
    "case.exported": _handed,
}


def opened(
    register: Register, user: User, district: str, title: str, purpose: str, held: dict[str, list[str]], at: datetime
) -> str:
    """Open a case under the next number of the year and answer it; `held`: ids by the names of `SUBJECTS`.

    Somebody who takes the same number at the same time is first; then the next one is tried. Raises `CaseRefused`.
    """
    if not title.strip():
        raise CaseRefused("a case needs a title")
    body = {"title": title.strip(), **{name: ids for name, ids in held.items() if ids}}
    told: dict[str, Any] = {"actor": user.name, "role": role_for(user.roles, RIGHT), "district": district}
    told |= {"purpose": purpose, "expected_version": 0, "body": body}
    register.catch_up(district)  # else an empty store gives numbers that Kafka knows
    lost = register.lost(district, "case")
    while True:
        known = {one.entity.removeprefix("case:") for one in of_noun(register.store, district, "case")}
        case_id = next_number(known | destroyed_numbers(register.store, "case", district), lost, at.year)
        if register.write(decision(entity_of(case_id), "case.opened", at, **told)).holds:
            return case_id


def subjects_of(found: Iterable[Listed]) -> dict[str, list[str]]:
    """What a case holds that violations are added to: they, and whom they are about."""
    held: dict[str, list[str]] = {name: [] for name in SUBJECTS}
    for one in found:
        about = (("violations", one.violation_id), ("people", one.person), ("accounts", one.account))
        for name, told in (*about, ("devices", one.device_id), ("vendors", one.vendor)):
            held[name] += [told] if told and told not in held[name] else []
    return held


def changed(case: Case, kind: str, user: User, at: datetime, **body: Any) -> CaseworkEvent:
    """A decision about a case by somebody who saw it as `case`.

    What only adds something (`ADDING`) does not depend on what others decided meanwhile.
    """
    return decision(
        entity_of(case.case_id),
        kind,
        at,
        actor=user.name,
        role=role_for(user.roles, RIGHT),
        district=case.district,
        purpose=case.purpose,
        expected_version=None if kind in ADDING else case.version,
        body=body,
    )


def why_not(case: Case, kind: str) -> str | None:
    """Why a case does not take a decision of a kind as it stands."""
    if case.status == "closed" and kind not in ("case.reopened", "case.exported", "case.unshared"):
        return f"case {case.case_id} is closed; `hallmonitor case reopen {case.case_id}` opens it again"
    return f"case {case.case_id} is open" if case.status == "open" and kind == "case.reopened" else None


def cases(store: Store, district: str | None = None) -> list[Case]:
    """Every case that the store shows, newest first."""
    found = (state(entries) for entries in histories(of_noun(store, district, "case")).values())
    return sorted((one for one in found if one), key=lambda one: (one.opened_at, one.case_id), reverse=True)


def case_of(store: Store, case_id: str, district: str | None = None) -> Case:
    """The case of that number; raises `CaseRefused` where there is none, or several districts have one."""
    entity = entity_of(number(case_id))
    opened = matching(store, kinds=("case.opened",), entity=entity, district=district, limit=MOST)
    homes = sorted({one.district for one in opened})
    if len(homes) > 1:
        raise CaseRefused(f"case {number(case_id)} stands in several districts ({', '.join(homes)}): give --district")
    found = state(history(of_entities(store, [(homes[0], entity)]))) if homes else None
    if found is None:
        raise CaseRefused(f"there is no case {number(case_id)}; `hallmonitor case list` lists all")
    return found


def cases_of(store: Store, district: str, violation_id: str) -> list[Case]:
    """The cases that hold a violation, in order of their numbers."""
    found = [one for one in cases_with(store, {"violations": [violation_id]}) if one[0] == district]
    held = [state(entries) for entries in histories(of_entities(store, found)).values()]
    return sorted((one for one in held if one), key=lambda one: one.case_id)

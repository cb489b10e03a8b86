"""What somebody is told when they come in: what is due, what is new, what is missing; pure, from what was read."""

from collections.abc import Container, Iterable, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from casework.incidents.clocks import RuleState
from casework.incidents.incident import Incident
from casework.requests.request import Request, days_left
from casework.retention import Plan, why_not_approve, why_not_run
from casework.unmasking import Request as Asked

Group = Literal["due", "new", "missing"]
NEW_DAYS = 7


class Notice(NamedTuple):
    """One line. `about` is what it leads to: the noun of an entity, with the id after a colon where there is one."""

    group: Group
    said: str
    about: str
    day: date | None = None


def of_requests(found: Iterable[Request], today: date) -> list[Notice]:
    """Of the records requests that are open: days left, what came in lately, letters that were not written."""
    told: list[Notice] = []
    for one in found:
        if one.closed_at:
            continue
        about, name = f"request:{one.request_id}", f"Request {one.request_id} of {one.requester}"
        day = date.fromisoformat(one.due) if one.due else None
        if one.productions:
            told.append(Notice("due", f"{name}: records were produced; close it when it is answered", about))
        else:
            told.append(Notice("due", f"{name}: {_left(days_left(one, today.isoformat()))}", about, day))
        if today - date.fromisoformat(one.received) <= timedelta(days=NEW_DAYS):
            told.append(Notice("new", f"{name} came in", about, date.fromisoformat(one.received)))
        if not one.letters and not one.productions:
            told.append(Notice("missing", f"{name}: no acknowledgement was written", about))
        if one.undated:
            told.append(Notice("missing", f"{name}: {one.undated:,} rows without a time must be looked at", about))
    return told


def _left(days: int | None) -> str:
    if days is None:
        return "the law names no day; answer promptly"
    if days < 0:
        return f"{-days} days late"
    return "due today" if days == 0 else f"{days} days left"


def of_plans(found: Iterable[Plan], names: Container[str], approves: bool, runs: bool) -> list[Notice]:
    """Of retention, for somebody of these names: plans that wait for the second person, and approved ones to run."""
    told = []
    for one in found:
        rows = sum(of_class.due for of_class in one.classes)
        if approves and not one.approved and why_not_approve(one, names) is None:
            said = f"Plan {one.plan_id} of {one.planned} ({rows:,} rows) waits for approval"
            told.append(Notice("due", said, "retention"))
        if runs and one.approved and why_not_run(one, names) is None:
            told.append(Notice("due", f"Plan {one.plan_id} is approved and not run to its end", "retention"))
    return told


def of_incident(incident: Incident, rules: Sequence[RuleState], today: date) -> list[Notice]:
    """Of an open incident: whom a rule wants told by when, and which questions are open."""
    about, name = f"incident:{incident.incident_id}", f"Incident {incident.incident_id} ({incident.subject})"
    told = [
        Notice("due", f"{name}: tell {one.who or 'those whom it names'}"
               f"{'' if one.binds else ', if it binds'} ({one.rule})", about, one.due)
        for one in rules if one.binds is not False and one.due
    ]  # fmt: skip
    questions = sorted({question for one in rules for question in one.open})
    if questions:
        told.append(Notice("missing", f"{name}: not decided: {', '.join(questions)}", about))
    return told or [Notice("due", f"{name} is open; no day is named yet", about)]


def of_unmasking(found: Iterable[Asked], names: Container[str]) -> list[Notice]:
    """Requests to learn who somebody is, which a second person, under none of these names, has to agree to."""
    others = (one for one in found if one.by not in names)
    return [Notice("due", f"{one.by} asks who {one.person} is: {one.reason}", "unmasking") for one in others]


def counted(group: Group, number: int, thing: str, about: str) -> list[Notice]:
    """One line for a number of things; none where there is none."""
    return [Notice(group, f"{number:,} {thing}", about)] if number else []


def ordered(found: Iterable[Notice], group: Group) -> list[Notice]:
    """Those of a group: by their day, those without one last."""
    return sorted((one for one in found if one.group == group), key=lambda one: (one.day is None, one.day or date.max))

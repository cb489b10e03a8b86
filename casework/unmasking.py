"""Lifting the veil from one person, for one reader, with a reason: for a case about the person, or by two people.

A request is `person.unmask_requested`; `person.unmasked` lifts the veil. It falls again when the case is closed or,
where there is none, after `LASTS`.
"""

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from casework.cases import entity_of as entity_of_case
from casework.cases import state
from casework.fold import Entry, folded, histories, history, version
from casework.register import decision
from casework.users import User
from model.casework import CaseworkEvent
from model.event import parse_at
from storage.client import Store
from storage.queries.casework import matching, of_entities
from storage.queries.where import MOST

LASTS: Final = timedelta(days=7)  # how long somebody is unmasked without a case
REQUESTED, UNMASKED = "person.unmask_requested", "person.unmasked"


class NotUnmasked(ValueError):
    """The veil stays; the message says why."""


class Request(msgspec.Struct, frozen=True):
    """Somebody wants to know who a pseudonym is, and nobody has agreed yet."""

    district: str
    person: str
    by: str
    reason: str
    at: str
    version: int


def entity_of(person: str) -> str:
    """The entity of a person."""
    return f"person:{person}"


def for_case(
    store: Store, district: str, person: str, case: str, reason: str, user: User, role: str, at: datetime
) -> CaseworkEvent:
    """The decision that unmasks a person whom an open case is about; raises `NotUnmasked`."""
    people, opened = case_of(store, district, case)
    if not opened:
        raise NotUnmasked(f"no case {case} is open in {district}")
    if person not in people:
        raise NotUnmasked(f"case {case} is not about this person: add the person or a violation to it first")
    return _decided(
        UNMASKED, district, person, user, role, at, {"reason": _said(reason), "case": case, "for": user.name}
    )


def requested(district: str, person: str, reason: str, user: User, role: str, at: datetime) -> CaseworkEvent:
    """The request that a second person has to agree to; raises `NotUnmasked` without a reason."""
    return _decided(REQUESTED, district, person, user, role, at, {"reason": _said(reason)})


def agreed(request: Request, user: User, names: Container[str], role: str, at: datetime) -> CaseworkEvent:
    """The second person's decision; raises `NotUnmasked` where one of their names (`scope.names_of`) asked."""
    if request.by in names:
        raise NotUnmasked("a second person has to agree, not the one who asked")
    body = {"reason": request.reason, "for": request.by, "requested_by": request.by, "second": user.name}
    return _decided(UNMASKED, request.district, request.person, user, role, at, body, request.version)


def requests(store: Store, district: str | None = None) -> list[Request]:
    """The requests nobody has answered, each asker's own, oldest first. Raises `Unavailable`."""
    asked = matching(store, district=district, kinds=(REQUESTED,), limit=MOST)
    events = of_entities(store, sorted({(one.district, one.entity) for one in asked}))
    found = [one for entries in histories(events).values() for one in waiting(entries)]
    return sorted(found, key=lambda one: one.at)


def lifted(store: Store, name: str, at: datetime) -> set[tuple[str, str]]:
    """District and id of everybody who is unmasked for the user of that name."""
    found = [one for one in matching(store, kinds=(UNMASKED,), limit=MOST) if one.body.get("for") == name]
    cases = {(one.district, case) for one in found if (case := one.body.get("case"))}
    opened = {one for one in cases if case_of(store, *one)[1]}
    return {(one.district, one.entity.partition(":")[2]) for one in found if _stands(one, opened, at)}


def case_of(store: Store, district: str, case: str) -> tuple[set[str], bool]:
    """The people whom a case is about, by itself or by its violations, and whether it is open."""
    found = state(history(of_entities(store, [(district, entity_of_case(case))])))
    if found is None:
        return set(), False
    return {*found.people, *_people_in(store, district, found.violations)}, found.status == "open"


class _Person(msgspec.Struct):
    person: str


def _people_in(store: Store, district: str, violation_ids: list[str]) -> set[str]:
    if not violation_ids:
        return set()
    sql = (
        "SELECT DISTINCT person FROM newest_violations WHERE district = {district:String} AND person != ''"
        " AND violation_id IN {ids:Array(String)}"
    )
    return {one.person for one in store.rows(sql, _Person, {"district": district, "ids": violation_ids})}


def _stands(event: CaseworkEvent, opened: set[tuple[str, str]], at: datetime) -> bool:
    if case := event.body.get("case"):
        return (event.district, case) in opened
    return parse_at(event.at) <= at < parse_at(event.at) + LASTS


def waiting(entries: list[Entry]) -> list[Request]:
    """Who waits for a second person, by these decisions about one person: nobody's request ends another's; pure."""
    start: dict[str, Request] = {}
    found = folded(start, entries, _step)
    return [msgspec.structs.replace(one, version=version(entries)) for one in found.values()]


def _step(asked: dict[str, Request], event: CaseworkEvent) -> dict[str, Request]:
    if event.kind == REQUESTED:
        person = event.entity.partition(":")[2]
        made = Request(event.district, person, event.actor, str(event.body.get("reason")), event.at, 0)
        return {**asked, event.actor: made}
    if event.kind == UNMASKED:
        return {name: one for name, one in asked.items() if name != event.body.get("for")}
    return asked


def _decided(
    kind: str,
    district: str,
    person: str,
    user: User,
    role: str,
    at: datetime,
    body: dict[str, Any],
    expected_version: int | None = None,
) -> CaseworkEvent:
    return decision(
        entity_of(person),
        kind,
        at,
        actor=user.name,
        role=role,
        district=district,
        purpose="incident",
        expected_version=expected_version,
        body=body,
    )


def _said(reason: str) -> str:
    if len(reason.split()) < 2:
        raise NotUnmasked("say in a few words why you have to know who it is")
    return reason.strip()

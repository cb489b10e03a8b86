"""Auditors are audited: each search, timeline and export is a decision of its own, kept before its answer is shown."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from casework.cases import Case
from casework.register import Register, decision
from casework.telling import batch_of, homes_of, search_fact
from model.casework import CaseworkEvent
from model.event import format_at
from model.policy import base_policy
from storage.client import Store
from storage.queries.casework import matching
from storage.queries.districts import stored_pack
from storage.queries.people import holders
from storage.queries.standing import accounts_of
from storage.queries.subject import KINDS, Subject
from storage.queries.timeline import Span
from storage.queries.where import MOST


class PurposeRefused(ValueError):
    """A purpose that the district's pack does not list; the message lists those that it does."""


class _Pack(msgspec.Struct):
    purposes: tuple[str, ...] = ()


def purposes_of(store: Store, district: str) -> tuple[str, ...]:
    """What a district's pack lists; the first is taken where nothing is said. `store` is the whole one."""
    content = stored_pack(store, district) if district else ""
    return (msgspec.json.decode(content, type=_Pack).purposes if content else ()) or base_policy().purposes


def purpose_of(store: Store, district: str, said: str | None) -> str:
    """The purpose of a search: what was said, where the district's pack lists it; its first where nothing was said.

    Raises `PurposeRefused`. `store` is the whole one.
    """
    listed = purposes_of(store, district)
    if said and said not in listed:
        raise PurposeRefused(f"there is no purpose {said!r}; there are: {', '.join(listed)}")
    return said or listed[0]


def made(
    how: str,
    sought: Subject,
    span: Span,
    rows: int,
    at: datetime,
    *,
    district: str,
    actor: str,
    role: str,
    purpose: str = "",
    case: str | None = None,
) -> CaseworkEvent:
    """That somebody asked: `how` is `search`, `timeline` or `export`; `rows` is how many the answer has."""
    body: dict[str, Any] = {
        "how": how,
        "query": sought.text,
        "kind": sought.kind,
        "people": list(sought.people),
        "called": sought.called or None,
        "case": case,
        "from": format_at(span.since) if span.since else None,
        "to": format_at(span.until) if span.until else None,
        "sources": list(span.source_ids),
        "categories": list(span.categories),
        "rows": rows,
    }
    entity = f"search:{uuid.uuid4().hex[:16]}"
    return decision(entity, "search.made", at, actor=actor, role=role, district=district, purpose=purpose, body=body)


def case_read(how: str, case: Case, at: datetime, *, actor: str, role: str) -> CaseworkEvent:
    """That somebody read a case: `how` is `case` where it was shown, `export` where it was taken away."""
    sought = {"query": f"case:{case.case_id}", "kind": "case", "people": case.people}
    told: dict[str, Any] = {"district": case.district, "actor": actor, "role": role, "purpose": case.purpose}
    body = {"how": how, **sought, "case": case.case_id, "rows": len(case.violations)}
    return decision(f"search:{uuid.uuid4().hex[:16]}", "search.made", at, body=body, **told)


def keep(register: Register, search: CaseworkEvent) -> None:
    """Keep a search, and tell the judge of each district that it asked. `register` has the whole store.

    Raises `PurposeRefused` and NotRecorded, and then nothing may be shown.
    """
    purpose = purpose_of(register.store, search.district, search.purpose)
    tell(register, msgspec.structs.replace(search, purpose=purpose))


def tell(register: Register, search: CaseworkEvent) -> None:
    """The same of a look whose purpose is no choice: at the rows of a request, at what an incident touches.

    One that asked every district is kept in each of them, so that each one's reviewers see it and its schedule lets go
    of it. Raises NotRecorded, and then nothing may be shown.
    """
    each = _in_each(search, homes_of(register.store, search))
    for one in each:
        register.write(one)
    for one in each:
        if one.district:
            register.tell_judge(batch_of(one.district, [search_fact(register.store, one.district, one)]))


def _in_each(search: CaseworkEvent, homes: list[str]) -> list[CaseworkEvent]:
    """A search without a district as one in each; `rows` stays what the whole answer had."""
    if search.district or not homes:
        return [search]
    body = {**search.body, "everywhere": True}
    return [msgspec.structs.replace(search, event_id=uuid.uuid4().hex, district=home, body=body) for home in homes]


def really(store: Store, sought: Subject) -> Subject:
    """Whom a reader of `store` asked about, also where they asked by a pseudonym: what is kept of the search."""
    people = tuple(map(store.meant, sought.people))
    return msgspec.structs.replace(
        sought, text=store.meant(sought.text), people=people, called=store.meant(sought.called)
    )


def searches(
    register: Register, *, district: str | None = None, by: str | None = None, about: str | None = None
) -> list[CaseworkEvent]:
    """Who searched, newest first: by an author, about a person or other subject; of the newest `MOST` alone."""
    found = matching(register.store, district=district, kinds=("search.made",), actor=by, limit=MOST)
    wanted = None if about is None else _spelled(register.store, district, about)
    return [one for one in found if wanted is None or not wanted.isdisjoint(_named(one))]


def _spelled(store: Store, district: str | None, text: str) -> set[str]:
    """What somebody may have asked for to see the same: a person is also looked for by their accounts."""
    kind, colon, rest = text.partition(":")
    plain = rest if colon and kind in KINDS else text
    people = [plain, *holders(store, district, plain)]
    return {one.casefold() for one in (text, *people, *accounts_of(store, people))}


def _named(search: CaseworkEvent) -> set[str]:
    """What a search asked for: its whole text, each subject of a request (`account:tbell device:d1`), each person."""
    query = str(search.body.get("query") or "")
    subjects = [one.partition(":")[2] for one in query.split() if one.partition(":")[0] in KINDS]
    named: Iterable[Any] = (query, search.body.get("called"), *subjects, *search.body.get("people", ()))
    return {one.casefold() for one in named if isinstance(one, str)}

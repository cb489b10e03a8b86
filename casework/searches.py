"""Auditors are audited: each search, timeline and export is a decision of its own, kept before its answer is shown."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from casework.cases import Case
from casework.register import Register, decision
from model.casework import CaseworkEvent
from model.event import format_at
from storage.queries.casework import matching
from storage.queries.subject import Subject
from storage.queries.timeline import Span
from storage.queries.where import MOST

# What somebody may look for. The first is taken where nothing is said.
PURPOSES: Final = (
    *("incident", "public_records", "pupil_records", "administrative_search", "statutory_duty", "repair", "update"),
)


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
    purpose: str = PURPOSES[0],
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


def searches(
    register: Register, *, district: str | None = None, by: str | None = None, about: str | None = None
) -> list[CaseworkEvent]:
    """Who searched, newest first: by an author, about a person or other subject; of the newest `MOST` alone."""
    found = matching(register.store, district=district, kinds=("search.made",), actor=by, limit=MOST)
    return [one for one in found if about is None or _is_about(one, about)]


def _is_about(search: CaseworkEvent, text: str) -> bool:
    named: Iterable[Any] = (search.body.get("query"), search.body.get("called"), *search.body.get("people", ()))
    wanted = text.partition(":")[2] if text.startswith("person:") else text
    return any(isinstance(one, str) and one.casefold() == wanted.casefold() for one in named)

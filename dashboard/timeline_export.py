"""A whole timeline to be taken away: what stands in its file, and what was asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dashboard.csv_file import Export
from dashboard.local_time import Wall
from model.event import format_at
from storage.client import Store
from storage.queries.event_rows import StoredEvent
from storage.queries.subject import Subject
from storage.queries.timeline import Span, whole

# An event's fields as they are called everywhere; `local_time` is `occurred_at` on the district's wall.
COLUMNS = (
    "local_time", "occurred_at", "source_id", "product", "category", "action", "outcome", "reason", "account",
    "account_domain", "account_basis", "target_account", "target_domain", "person", "device_id", "device",
    "device_basis", "mac",
    "address", "assigned_address", "site", "domain", "destination", "verdict", "url_category", "url", "bytes_in",
    "bytes_out", "session_id", "time_quality", "event_id", "raw", "raw_encoding",
)  # fmt: skip


def timeline_export(
    store: Store, district: str | None, wall: Wall, sought: Subject, span: Span, made_by: str, made_at: datetime
) -> Export:
    """All events of a subject, oldest first; raises `Unavailable` while it is read, never ends early without a word."""
    name = "".join(letter if letter.isalnum() or letter in "-.@" else "_" for letter in sought.text)[:40]
    return Export(
        name=f"timeline-{name}",
        columns=COLUMNS,
        rows=_rows(whole(store, district, sought, span), wall),
        criteria=_criteria(district, wall, sought, span),
        made_by=made_by,
        made_at=format_at(made_at),
    )


def _rows(events: Iterator[StoredEvent], wall: Wall) -> Iterator[list[object]]:
    for one in events:
        local = wall.local(one.occurred_at).isoformat() if one.occurred_at else None
        yield [local, *(getattr(one, name) for name in COLUMNS[1:])]


def _criteria(district: str | None, wall: Wall, sought: Subject, span: Span) -> dict[str, Any]:
    return {
        "of": "every event that names the subject",
        "district": district,
        "subject": sought.text,
        "kind": sought.kind,
        "called": sought.called or None,
        "people_whose_names_fit": list(sought.people),
        "from": format_at(span.since) if span.since else None,
        "to": format_at(span.until) if span.until else None,
        "sources": list(span.source_ids),
        "categories": list(span.categories),
        "timezone": wall.zone.key,
        "order": "oldest first; within one instant as each source wrote them",
    }

"""How a records request is shown: all of it as JSON, one line of the list, facts for people."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from casework.requests.request import Request, days_left
from cli import answers


def print_all(rows: Iterable[Mapping[str, Any]], as_json: bool, nothing: str) -> None:
    """Rows as NDJSON, or as a table whose columns are their keys."""
    found = list(rows)
    if as_json:
        answers.print_lines(found)
        return
    columns = list(found[0]) if found else []
    answers.print_table(columns, ([_cell(one[name]) for name in columns] for one in found), nothing)


def _cell(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def row_of(days: int | None, one: Request) -> dict[str, Any]:
    """One line of the list."""
    names = ("request_id", "district", "law", "requester", "received", "due", "status", "responsive")
    return {**{name: getattr(one, name) for name in names}, "days_left": days}


def told_of(request: Request, today: str) -> dict[str, Any]:
    """All of a request as JSON."""
    told: dict[str, Any] = msgspec.to_builtins(request)
    return {**told, "status": request.status, "days_left": days_left(request, today)}


def facts_of(one: Request, today: str) -> list[tuple[str, str]]:
    """All of a request for people: what each line is, and what it says."""
    days = days_left(one, today)
    due = f"{one.due} ({days} days left)" if one.due else f"no day: {one.clock.get('why')}"
    criteria = msgspec.to_builtins(one.criteria)
    return [
        ("request", f"{one.request_id}, {one.status}"),
        ("law", f"{one.law}, received {one.received}"),
        ("due", due),
        ("requester", one.requester),
        ("asked", one.text),
        *((name, ", ".join(value) if isinstance(value, list) else value) for name, value in criteria.items() if value),
        ("responsive", f"{one.responsive:,} rows; {one.undated:,} more without a time"),
        ("hold", one.hold_id),
        *(("decision", f"{d.action} {d.target} {d.value} {d.code or ''} {d.note} ({d.by})") for d in one.standing),
        *(("extension", f"to {e.due}: {e.reason} {e.note} ({e.by})") for e in one.extensions),
        *(("letter", f"{w.kind}, {w.at} ({w.by})") for w in one.letters),
        *(("production", f"{p.at} ({p.by})") for p in one.productions),
        *([("closed", f"{one.closed_at}: {one.closed_because} ({one.closed_by})")] if one.closed_at else []),
    ]

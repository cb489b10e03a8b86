"""Addresses of our own pages with the state they are to show, so that any view can be sent as a link."""

from collections.abc import Mapping
from urllib.parse import urlencode

from storage.queries.subject import Kind

HOME, VIOLATIONS, VIOLATION = "./", "violations", "violation"
TIMELINE, SOURCES, SEARCH = "timeline", "sources", "search"
SEARCHES, USERS, RETENTION, LEDGER = "searches", "users", "retention", "ledger"
INCIDENTS, INCIDENT_FILE, LETTERS_FILE = "incidents", "download/incident.pdf", "download/letters.zip"
REQUESTS, REPORTS = "requests", "reports"
TIMELINE_FILE, VIOLATION_FILE = "download/timeline.zip", "download/violation.pdf"
CASES, CASE_FILE = "cases", "download/case.zip"
DISCLOSURES = "disclosures"
State = Mapping[str, str | list[str] | None]
# Where a line of Home leads: what it is about (casework/notices.py) → a page and its state.
NOTICES: Mapping[str, tuple[str, State]] = {
    "violations:new": (VIOLATIONS, {"state": "new"}),
    "violations:mine": (VIOLATIONS, {"state": ["assigned", "waiting"]}),
    "violations": (VIOLATIONS, {}),
    "request": (REQUESTS, {}),
    "incident": (INCIDENTS, {}),
    "incidents": (INCIDENTS, {}),
    "retention": (RETENTION, {}),
    "searches": (SEARCHES, {}),
    "sources": (SOURCES, {}),
    "users": (USERS, {}),
}


def page(name: str, state: State) -> str:
    """A page and its state; what is None or empty is left out."""
    told = {key: value for key, value in state.items() if value}
    return f"{name}?{urlencode(told, doseq=True)}" if told else name


def violation(violation_id: str, district: str | None) -> str:
    """One violation."""
    return page(VIOLATION, {"id": violation_id, "district": district})


def case(case_id: str, district: str | None) -> str:
    """One case."""
    return page(CASES, {"id": case_id, "district": district})


def timeline(
    kind: Kind | str, name: str, district: str | None, since: str | None = None, until: str | None = None
) -> str:
    """The timeline of a subject; times are the district's local ones, `2026-02-04T10:00`."""
    return page(TIMELINE, {"subject": f"{kind}:{name}", "district": district, "from": since, "to": until})


def request(request_id: str, district: str | None) -> str:
    """One records request."""
    return page(REQUESTS, {"id": request_id, "district": district})

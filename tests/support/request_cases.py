"""What the tests of records requests share: a request of an invented parent, and decisions about it."""

from datetime import UTC, datetime
from typing import Any

from casework.fold import history
from casework.register import decision
from casework.requests.request import Request, entity_of, state
from model.casework import CaseworkEvent

AT = datetime(2026, 3, 5, 15, tzinfo=UTC)
REQUEST_ID = "2026-0001"
OPENED: dict[str, Any] = {
    "law": "ok.ora",
    "received": "2026-03-04",
    "requester": "Pat Doe, pat@example.org",
    "text": "All log records about account tbell in March 2026",
    "criteria": {"accounts": ["tbell"], "from": "2026-03-01T06:00:00.000Z", "to": "2026-04-01T05:00:00.000Z"},
    "clock": {"rule": "ok.ora", "due": None, "why": "prompt"},
    "due": None,
    "hold_id": "h1",
    "responsive": 0,
}


def told(kind: str, seen: int | None = None, /, **body: Any) -> CaseworkEvent:
    """A decision about the request."""
    return decision(
        entity_of(REQUEST_ID),
        f"request.{kind}",
        AT,
        actor="ruth",
        role="records_officer",
        district="maple-falls",
        expected_version=seen,
        body=body,
    )


def request_of(*decisions: CaseworkEvent, **opened: Any) -> Request:
    """The request as these decisions leave it."""
    found = state(history([told("opened", **{**OPENED, **opened}), *decisions]))
    assert found is not None
    return found

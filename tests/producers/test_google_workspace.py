"""Google activities where a golden does not reach: pages and arrays through framing, and re-fetched pages."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from producers.catalog import PRODUCTS
from producers.framing import frames
from producers.product import Context, Refusal
from producers.reader import read

CONTEXT = Context(ZoneInfo("America/New_York"), datetime.fromisoformat("2026-03-05T06:00:00-05:00"))
PRODUCT = PRODUCTS["google_workspace"]


def _activity(number: int) -> dict[str, Any]:
    return {
        "id": {"time": f"2026-03-04T14:00:0{number}.000Z", "uniqueQualifier": f"-{number}", "applicationName": "login"},
        "actor": {"email": "tbell@maple-falls.example"},
        "events": [{"type": "login", "name": "login_success"}, {"type": "login", "name": "login_challenge"}],
    }


def _ids(document: str, fingerprint: str = "f") -> list[str]:
    found: list[str] = []
    for _, _, parsed, _ in read(PRODUCT, frames([document.encode()], "json"), CONTEXT, "ws", fingerprint):
        assert not isinstance(parsed, Refusal), parsed
        found.extend(event.origin or "" for event in parsed)
    return found


ACTIVITIES = [_activity(1), _activity(2)]
EXPECTED = [f"id:2026-03-04T14:00:0{n}.000Z/-{n}" for n in (1, 1, 2, 2)]


@pytest.mark.parametrize(
    "document",
    [
        "\n".join(json.dumps(each) for each in ACTIVITIES),
        json.dumps(ACTIVITIES),
        json.dumps(ACTIVITIES, indent=2),
        json.dumps({"kind": "admin#reports#activities", "nextPageToken": "t", "items": ACTIVITIES}, indent=2),
        json.dumps({"kind": "admin#reports#activities", "items": ACTIVITIES}),
    ],
    ids=["lines", "array", "pretty array", "page", "page on one line"],
)
def test_however_activities_are_packed_each_gives_its_events(document: str) -> None:
    """One activity is one record, in lines, in an array, in the items of a page."""
    assert _ids(document) == EXPECTED


def test_a_page_fetched_again_gives_the_same_ids() -> None:
    """Polling overlaps because Google is late; the second copy is no second event."""

    def events(fingerprint: str) -> list[str]:
        document = json.dumps(_activity(1)).encode()
        readings = read(PRODUCT, frames([document], "json"), CONTEXT, "ws", fingerprint)
        return [event.event_id for _, _, parsed, _ in readings if not isinstance(parsed, Refusal) for event in parsed]

    assert events("monday") == events("tuesday")
    assert len(set(events("monday"))) == 2


def test_two_events_of_one_activity_have_two_ids_and_one_raw() -> None:
    """The index tells them apart; the record is kept with both."""
    document = json.dumps(_activity(1)).encode()
    [(_, _, parsed, raw)] = read(PRODUCT, frames([document], "json"), CONTEXT, "ws", "f")
    assert not isinstance(parsed, Refusal)
    assert [event.raw for event in parsed] == [raw.decode()] * 2
    assert parsed[0].event_id != parsed[1].event_id


def test_a_calendar_opened_to_a_whole_domain_concerns_no_single_account() -> None:
    grantee = {"name": "grantee_email", "value": "maple-falls.example@allusers.d.calendar.google.com"}
    activity = _activity(1) | {"events": [{"name": "change_calendar_acls", "parameters": [grantee]}]}
    parsed = PRODUCT.parse(json.dumps(activity).encode(), CONTEXT)
    assert not isinstance(parsed, Refusal)
    assert [event.target_account for event in parsed] == [None]

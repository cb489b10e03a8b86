"""The words that every finding shares: lengths, deadlines, and whose an account and which row a reference is."""

import pytest

from model.calendar import Calendar
from model.reference import Reference
from streams.evidence.plain_words import account_named, deadline, length, row_named
from tests.small_district import ZONE, at_ms, fact

MINUTE = 60_000


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (47 * 60 + 59, "47 h 59 min"),
        (48 * 60, "2 days"),
        (53 * 60 + 55, "2 days 6 h"),
        (71 * 60 + 40, "3 days"),
    ],
)
def test_a_length_is_told_in_days_from_two_days_on(minutes: int, said: str) -> None:
    assert length(minutes * MINUTE) == said


def test_a_deadline_at_midnight_is_the_end_of_the_day_before() -> None:
    calendar = Calendar(Reference(), ZONE)
    assert deadline(calendar, at_ms("2026-03-05 00:00:00", ZONE)) == "the end of March 4, 2026"
    assert deadline(calendar, at_ms("2026-03-05 12:00:00", ZONE)) == "March 5, 2026, at 12:00 PM"


def test_an_account_is_told_with_its_person_or_its_company() -> None:
    rows = {
        "users": [{"sourcedId": "p1", "givenName": "Tess", "familyName": "Bell"}],
        "vendors": [{"vendor": "acme", "name": "Acme Systems"}],
        "accounts": [
            {"account": "tbell", "person": "p1", "kind": "personal"},
            {"account": "vtech", "vendor": "acme", "kind": "vendor"},
        ],
    }
    reference = Reference()
    for table, listed in rows.items():
        for row in listed:
            reference.apply(fact(table, row, ZONE))
    at = at_ms("2026-03-05 00:00:00", ZONE)
    assert [account_named(reference, name, at) for name in ("tbell", "vtech", "nobody")] == [
        "tbell (Tess Bell)",
        "vtech (Acme Systems)",
        "nobody",
    ]


def test_a_row_is_told_by_its_key_and_its_table() -> None:
    assert row_named("exemptions:EX-1@2026-03-04T00:00:00.000Z") == "EX-1 in exemptions.csv"

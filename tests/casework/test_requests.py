"""Records requests: the state after its decisions, the law's words as data, and which rows are responsive."""

from collections.abc import Iterator
from typing import Any

import pytest

from casework.requests.request import days_left
from infra.local.stack import Stack
from model.batch import Fact
from model.law import LETTERS, load_law
from storage.client import Store
from storage.queries import responsive
from storage.queries.districts import homes
from storage.queries.responsive import Criteria
from tests.support.request_cases import REQUEST_ID, request_of, told
from tests.support.storage_cases import DISTRICT, event, events, facts, fresh_store, store_records

LAW = load_law()
KINDS = {"student", "employee", "home_address", "security", "other_person"}
MARCH: dict[str, Any] = {"since": "2026-03-01T06:00:00.000Z", "until": "2026-04-01T05:00:00.000Z"}


# The fold


def test_a_request_is_what_its_decisions_made_of_it() -> None:
    found = request_of(
        told("collected", responsive=7),
        told("decided", target="column", value="address", action="redact", code="OK-HOME", note="home"),
        told("decided", target="row", value="e1", action="withhold", code="OK-STUDENT", note=""),
        told("decided", target="column", value="address", action="release", code=None, note="it is the school's"),
        told("extended", reason="locate", due="2026-04-01"),
        told("produced", released=7),
    )
    assert (found.request_id, found.responsive, found.due, found.status) == (REQUEST_ID, 7, "2026-04-01", "produced")
    assert [(one.target, one.action) for one in found.standing] == [("column", "release"), ("row", "withhold")]
    assert len(found.decisions) == 3
    assert found.decisions[0].by == "ruth"
    assert found.version == 7
    assert request_of(told("closed", reason="answered")).status == "closed"


def test_a_decision_on_an_older_version_changes_nothing() -> None:
    late = told("decided", 1, target="row", value="e1", action="withhold", code="OK-STUDENT", note="")
    assert request_of(told("collected", responsive=7), late).decisions == ()


def test_days_are_left_only_where_the_law_names_a_day() -> None:
    assert days_left(request_of(due="2026-03-12"), "2026-03-10") == 2
    assert days_left(request_of(due="2026-03-12"), "2026-03-13") == -1
    assert days_left(request_of(), "2026-03-13") is None


# The law


@pytest.mark.parametrize("name", LAW.requests)
def test_a_law_has_every_letter_and_a_code_for_everything_that_is_struck_out(name: str) -> None:
    law = LAW.requests[name]
    assert set(law.letters) == set(LETTERS)
    assert {kind for one in law.exemptions.values() for kind in one.covers} >= KINDS
    assert all(code.startswith(name.split(".")[1 if name == "us.ferpa" else 0].upper()) for code in law.exemptions)


# Which rows are responsive


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    made = fresh_store(stack, "test_requests")
    found = [
        event("e1", account="tbell"),
        event("e2", "14:01:00", account="other", target_account="tbell"),
        event("e3", "14:02:00", account="other", raw="tbell was here"),
        event("e4", "14:03:00", category="proxy", person="p17", domain="www.example.org", device="CART-7"),
        event("e5", "14:04:00", category="proxy", person="p18", domain="notexample.org", device_id="d1"),
        event("e6", "14:05:00", account="tbell", account_domain="gmail.com"),
        event("e7", account="tbell", occurred_at="2026-04-01T05:00:00.000Z"),
        event("e8", account="tbell", occurred_at="2026-03-01T06:00:00.000Z"),
        event("e9", account="tbell", occurred_at=None, time_quality="bad"),
    ]
    told_again = event("e4", "14:03:00", category="proxy", person="p99", domain="www.example.org", device="CART-7")
    home = Fact(table="district", key=DISTRICT, row={"name": "Maple Falls", "timezone": "America/Chicago",
                                                     "realms": "maple.example.org"})  # fmt: skip
    store_records(made, [facts([home], 1), events(found, 2), events([told_again], 3)])
    yield made
    made.close()


def ids(store: Store, **criteria: Any) -> list[str]:
    wanted = Criteria(**{**MARCH, **criteria})
    found = [one.event_id for one in responsive.stream(store, DISTRICT, wanted)]
    assert sum(one.rows for one in responsive.count(store, DISTRICT, wanted)) == len(found)
    return found


@pytest.mark.parametrize("named", [{"accounts": ("tbell",)}, {"domains": ("example.org",)}, {}])
def test_a_count_says_when_the_first_and_last_row_of_a_source_occurred(store: Store, named: dict[str, Any]) -> None:
    wanted = Criteria(**MARCH, **named)
    times: dict[tuple[str, str], list[str | None]] = {}
    for one in responsive.stream(store, DISTRICT, wanted):
        times.setdefault((f"{one.category}_events", one.source_id), []).append(one.occurred_at)
    counted = responsive.count(store, DISTRICT, wanted)
    assert {(one.record_class, one.source_id): (one.rows, one.first_at, one.last_at) for one in counted} == {
        source: (len(found), found[0], found[-1]) for source, found in times.items()
    }


@pytest.mark.parametrize(("criteria", "expected"), [
    ({"accounts": ("tbell",)}, ["e8", "e1", "e2", "e6"]),
    ({"accounts": ("TBELL",)}, ["e8", "e1", "e2", "e6"]),
    ({"accounts": ("tbell@gmail.com",)}, ["e6"]),
    ({"persons": ("p17",)}, []),
    ({"persons": ("p99", "p18")}, ["e4", "e5"]),
    ({"devices": ("d1", "cart-7")}, ["e4", "e5"]),
    ({"domains": ("example.org",)}, ["e4"]),
    ({"accounts": ("tbell",), "persons": ("p99",)}, ["e8", "e1", "e2", "e4", "e6"]),
    ({"accounts": ("tbell",), "persons": ("p99",), "classes": ("proxy_events",)}, ["e4"]),
    ({}, ["e8", "e1", "e2", "e3", "e4", "e5", "e6"]),
])  # fmt: skip
def test_responsive_is_what_was_asked_for_as_it_was_last_attributed(
    store: Store, criteria: dict[str, Any], expected: list[str]
) -> None:
    assert ids(store, **criteria) == expected


@pytest.mark.parametrize("size", [1, 2, 3, 4, 50])
def test_pages_one_after_the_other_are_the_whole(store: Store, size: int) -> None:
    """A year is asked for, so that a page looks through several spans."""
    wanted = Criteria(accounts=("tbell",), since="2025-09-01T00:00:00.000Z", until="2026-09-01T00:00:00.000Z")
    whole = [one.event_id for one in responsive.stream(store, DISTRICT, wanted)]
    found: list[str] = []
    after: str | None = None
    while True:
        page = responsive.page(store, DISTRICT, wanted, size, after)
        assert len(page.events) <= size
        found += [one.event_id for one in page.events]
        after = page.after
        if after is None:
            break
    assert found == whole
    assert len(whole) == 5


def test_what_has_no_time_is_counted_apart(store: Store) -> None:
    assert responsive.undated(store, DISTRICT, Criteria(accounts=("tbell",), **MARCH)) == 1


def test_one_row_is_asked_for_by_its_id(store: Store) -> None:
    wanted = Criteria(accounts=("tbell",), **MARCH)
    assert responsive.is_responsive(store, DISTRICT, wanted, "e1")
    assert not responsive.is_responsive(store, DISTRICT, wanted, "e3")


@pytest.mark.parametrize("criteria", [{"accounts": ("tbell@gmail.com", "x'y"), "domains": ("a\\b",)}, {}])
def test_the_scope_of_a_request_is_the_rows_it_is_about(store: Store, criteria: dict[str, Any]) -> None:
    wanted = Criteria(**{**MARCH, **criteria})
    limited = store.limited({"events": responsive.readable(DISTRICT, wanted, homes(store, DISTRICT))})
    seen = [one.event_id for one in responsive.stream(limited, DISTRICT, Criteria(**MARCH))]
    assert seen == ids(store, **criteria)

"""The page of reports over a real ClickHouse: what a term asks for, uniform outcomes, devices that many people use."""

from collections.abc import Iterator

import pytest

from infra.local.stack import Stack
from model.batch import Fact
from storage.client import Store
from tests.support.dashboard_cases import HOSTILE, SHOWN, html_of, know_user, log_in_at, run_page, stored_district
from tests.support.storage_cases import event, events, facts, store_records

SESSION = {"sourcedId": "t1", "title": "Spring", "type": "semester"}
ROWS = {
    "academicSessions": {"t1": SESSION},
    "accounts": {"tbell": {"account": "tbell", "person": "p17", "kind": "personal"}},
    "assignments": {"LT-1/p17": {"device_id": "LT-1", "person": "p17"}},
    "devices": {"LT-1": {"device_id": "LT-1", "class": "staff"}, "LT-2": {"device_id": "LT-2", "class": "staff"}},
    "returns": {"x1": {"return_id": "x1", "device_id": "LT-9", "returned_at": "2026-03-01T00:00:00.000Z"}},
    "roles": {"r1": {"userSourcedId": "p17", "role": "teacher"}},
    "unblocks": {"u1": {"request_id": "u1", "domain": HOSTILE, "decision": "granted"}},
}


def _facts() -> Iterator[Fact]:
    for table, found in ROWS.items():
        yield Fact(table=table, key="")
        for key, row in found.items():
            yield Fact(table=table, key=key, row=row)


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = stored_district(stack, "test_dashboard_reports")
    sat = [
        event(f"s{n}-{device}", device=device, device_id=device, person=f"p{n}", logon_type="interactive")
        for device, people in (("LT-1", 8), ("LT-2", 7))
        for n in range(people)
    ]
    store_records(store, [facts(_facts(), 5), events(sat, 6)])
    know_user(stack, store)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _address(stack: Stack, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in_at(stack, store, monkeypatch)


def _reports() -> None:
    from dashboard.pages_ import reports

    reports.show()


def part(shown: str, title: str) -> str:
    """What the page says under a heading, up to the next of the same depth."""
    return shown.partition(f">{title}</h2>")[2].partition("<h2")[0]


def test_what_the_term_asks_for_is_listed_with_names_and_why() -> None:
    told = part(html_of(run_page(_reports)), "Term roll-over")
    assert "Term: Spring." in told
    assert "Tessa Bell" in told
    assert "no change of the password is recorded in this term" not in told  # nobody knows when the term began
    assert "unblocked without an end" in told


def test_a_section_whose_table_is_absent_says_so_and_promises_nothing() -> None:
    told = part(html_of(run_page(_reports)), "Term roll-over")
    assert "Student contracts: not known: there is no table contracts." in told
    assert "Devices: nothing is due." in told


def test_a_device_of_one_person_that_eight_use_is_a_question_and_one_that_seven_use_is_none() -> None:
    told = part(html_of(run_page(_reports)), "Devices that many people use")
    assert "LT-1" in told
    assert "Tessa Bell" in told
    assert "March 4, 2026" in told
    assert "LT-2" not in told


def test_only_the_time_that_was_asked_for_is_reported_on() -> None:
    shown = html_of(run_page(_reports, **{"from": "2026-03-05", "to": "2026-03-06"}))
    assert "As of March 6, 2026, 12:00 AM EST." in shown
    assert "There is none." in part(shown, "Devices that many people use")


def test_too_few_closed_violations_make_no_promise_of_uniformity() -> None:
    told = part(html_of(run_page(_reports)), "Uniform enforcement")
    assert "Too few violations are closed to compare any groups." in told
    assert "Shared account" not in told


def test_what_a_table_says_is_shown_and_never_meant() -> None:
    shown = html_of(run_page(_reports))
    assert SHOWN in shown
    assert "<script>" not in shown

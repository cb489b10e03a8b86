"""Violations with triage and cases on the pages, as Streamlit runs them over a real store: what is sent is decided."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.cases import cases, changed, opened
from casework.register import Register
from casework.triage import Change, state, triaged
from casework.users import user_of
from infra.local.stack import Stack
from model.clock import now
from storage.client import Store
from storage.queries.casework import matching
from storage.queries.triage import standings
from tests.support.dashboard_cases import HOSTILE, SHOWN, USER, html_of, know_user, log_in_at, run_page, stored_district
from tests.support.storage_cases import DISTRICT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = stored_district(stack, "test_dashboard_cases")
    know_user(stack, store)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _address(stack: Stack, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    log_in_at(stack, store, monkeypatch)


def _violations() -> None:
    from dashboard.pages_ import violations

    violations.show()


def _violation() -> None:
    from dashboard.pages_ import violation

    violation.show()


def _case() -> None:
    from dashboard.pages_ import case

    case.show()


def opened_case(stack: Stack, store: Store) -> str:
    with Register(stack.settings(clickhouse_url=store.url), store) as register:
        user = user_of(register, USER)
        assert user
        held = {"violations": ["v1abc"], "people": ["p17"]}
        return opened(register, user, DISTRICT, f"Case {HOSTILE}", "incident", held, now())


def test_a_violation_is_decided_on_its_page_and_the_queue_says_so(store: Store) -> None:
    page = run_page(_violation, id="v1abc")
    assert "Handling" in html_of(page)
    page.selectbox(key="triage_state").select("closed")
    page.selectbox(key="triage_outcome").select("benign")
    page.text_area(key="triage_comment").input(f"Seen {HOSTILE}")
    page.button(key="FormSubmitter:triage-Decide").click().run()
    assert not page.exception
    assert standings(store, DISTRICT)[DISTRICT, "v1abc"].outcome == "benign"
    assert SHOWN in html_of(page)
    assert "closed: benign" in html_of(run_page(_violations))
    assert "<b>1 violation</b>" in html_of(run_page(_violations, state="closed"))


def test_a_decision_that_makes_no_sense_is_told_and_not_written(store: Store) -> None:
    before = standings(store, DISTRICT).get((DISTRICT, "v2abc"))  # another test may have decided it
    page = run_page(_violation, id="v2abc")
    page.button(key="FormSubmitter:triage-Decide").click().run()
    assert "nothing would change" in page.warning[0].value
    assert standings(store, DISTRICT).get((DISTRICT, "v2abc")) == before


def test_several_are_decided_at_once(store: Store) -> None:
    page = run_page(_violations, status="suppressed")
    page.multiselect(key="several").select("v2abc").run()
    page.selectbox(key="triage_several_state").select("waiting")
    page.button(key="FormSubmitter:triage_several-Decide").click().run()
    assert not page.exception
    assert standings(store, DISTRICT)[DISTRICT, "v2abc"].state == "waiting"


def test_a_case_is_read_and_added_to_on_its_page(stack: Stack, store: Store) -> None:
    case_id = opened_case(stack, store)
    page = run_page(_case, id=case_id)
    said = html_of(page)
    for words in (SHOWN, "Chain of custody", "opened the case", "tbell"):
        assert words in said
    page.text_area(key="note_text").input("Asked the teacher")
    page.button(key="FormSubmitter:note-Add the note").click().run()
    assert not page.exception
    assert "Asked the teacher" in html_of(page)
    page.selectbox(key="close_outcome").select("confirmed")
    page.button(key="FormSubmitter:close-Close it").click().run()
    assert "closed: confirmed" in html_of(page)
    found = matching(store, kinds=("search.made",), actor=USER, limit=1)[0]
    assert found.body["case"] == case_id
    assert case_id in html_of(run_page(_case))


def test_a_case_is_opened_from_a_violation(store: Store) -> None:
    page = run_page(_violation, id="v1abc")
    page.text_input(key="open_case_title").input("Shared login in the lab")
    page.button(key="FormSubmitter:open_case-Open the case").click().run()
    assert not page.exception
    newest = next(one for one in cases(store, DISTRICT) if one.title == "Shared login in the lab")
    assert (newest.violations, newest.people) == (["v1abc"], ["p17"])


def test_a_case_that_somebody_changed_meanwhile_says_who(stack: Stack, store: Store) -> None:
    case_id = opened_case(stack, store)
    page = run_page(_case, id=case_id)
    with Register(stack.settings(clickhouse_url=store.url), store) as register:
        user = user_of(register, USER)
        case = next(one for one in cases(store, DISTRICT) if one.case_id == case_id)
        assert user
        register.write(changed(case, "case.noted", user, now(), text="Wait for the parents"))
    page.button(key="FormSubmitter:close-Close it").click().run()
    assert "was first" in page.warning[0].value
    assert "Wait for the parents" in html_of(page)
    page.button(key="FormSubmitter:close-Close it").click().run()
    assert "closed: confirmed" in html_of(page)


def test_a_violation_that_somebody_decided_meanwhile_says_who(stack: Stack, store: Store) -> None:
    page = run_page(_violation, id="v2abc")
    with Register(stack.settings(clickhouse_url=store.url), store) as register:
        user = user_of(register, USER)
        assert user
        before = state(register.of(DISTRICT, "violation:v2abc"))
        register.write(triaged(user, DISTRICT, "v2abc", before, Change(outcome="confirmed"), now()))
    page.selectbox(key="triage_state").select("new")
    page.button(key="FormSubmitter:triage-Decide").click().run()
    assert "was first" in page.warning[0].value
    assert standings(store, DISTRICT)[DISTRICT, "v2abc"].outcome == "confirmed"


def test_there_is_no_such_case(store: Store) -> None:
    assert "There is no case 2026-9999" in html_of(run_page(_case, id="2026-9999"))
    assert "There is no case zz" in html_of(run_page(_case, id="zz"))

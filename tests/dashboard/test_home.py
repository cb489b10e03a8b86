"""What somebody is told when they come in, by role, and what is done there: unmasking by two, disclosures, files."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from casework import notices, users
from casework.incidents.clocks import RuleState
from casework.incidents.incident import Incident, Signed, opened
from casework.notices import Notice
from casework.register import Register, decision
from casework.requests.steps import Actor, Asked, open_request, place_at
from casework.retention import Plan
from casework.roles import ROLES
from casework.unmasking import Request as Waiting
from dashboard import who
from dashboard.sessions import COOKIE, SESSIONS
from infra.local.stack import Stack
from model.batch import Fact
from model.clock import now
from model.law import load_law
from storage.client import Store
from storage.queries.casework import matching
from storage.queries.responsive import Criteria
from tests.support.dashboard_cases import html_of, run_page, stored_district
from tests.support.request_cases import request_of, told
from tests.support.storage_cases import DISTRICT, facts, store_records, with_keys

TODAY = date(2026, 3, 10)


# Pure


def said(found: list[Notice], group: notices.Group) -> list[str]:
    return [one.said for one in notices.ordered(found, group)]


def test_a_request_is_due_by_the_days_that_are_left_and_says_what_is_missing() -> None:
    late = request_of(request_id="2026-0001", due="2026-03-08")
    found = notices.of_requests([late, request_of(due=None)], TODAY)
    assert [one.rpartition(": ")[2] for one in said(found, "due")] == [
        "2 days late", "the law names no day; answer promptly"]  # fmt: skip
    assert len(said(found, "new")) == 2
    assert [one for one in said(found, "missing") if "no acknowledgement" in one]
    written = request_of(told("letter_written", None, kind="acknowledgement", sha256="x"), received="2026-02-01")
    quiet = notices.of_requests([written], TODAY)
    assert (said(quiet, "new"), said(quiet, "missing")) == ([], [])
    assert notices.of_requests([request_of(told("closed", None, reason="done"))], TODAY) == []


def test_a_request_whose_records_were_produced_is_to_be_closed_and_wants_no_acknowledgement() -> None:
    found = notices.of_requests([request_of(told("produced"), due="2026-03-08")], TODAY)
    assert [one.rpartition(": ")[2] for one in said(found, "due")] == [
        "records were produced; close it when it is answered"
    ]
    assert said(found, "missing") == []


def test_a_plan_waits_for_somebody_else_than_who_planned_it() -> None:
    plan = Plan(plan_id="p1", district=DISTRICT, as_of="2026-12-01", classes=[], sample={}, planned="ruth")
    assert len(notices.of_plans([plan], {"ada"}, approves=True, runs=False)) == 1
    assert notices.of_plans([plan], {"ruth-admin", "ruth"}, approves=True, runs=True) == []
    approved = Plan(plan_id="p1", district=DISTRICT, as_of="2026-12-01", classes=[], sample={}, approved="ada")
    assert "not run" in notices.of_plans([approved], {"ruth"}, approves=False, runs=True)[0].said
    assert notices.of_plans([approved], {"ada-records", "ada"}, approves=False, runs=True) == []


def test_an_incident_tells_whom_a_rule_wants_told_and_what_is_not_decided() -> None:
    def rule(name: str, binds: bool | None, due: date | None, *open_: str) -> RuleState:
        told = {"why": "", "who": "the residents", "starts": "", "started": None, "title": "", "source": ""}
        return RuleState(rule=name, binds=binds, due=due, status="", open=open_, **told)  # type: ignore[arg-type]

    incident = Incident(incident_id="i1", district=DISTRICT, kind="account", subject="tbell", discovered_at="",
                        discovered_by="", text="", hold_id="", opened_by="", opened_at="")  # fmt: skip
    rules = [rule("wa.breach", True, date(2026, 4, 9)), rule("ok.24.ag", None, None, "acquired"),
             rule("ma.93h", False, date(2026, 3, 1))]  # fmt: skip
    found = notices.of_incident(incident, rules, TODAY)
    assert [one.day for one in notices.ordered(found, "due")] == [date(2026, 4, 9)]
    assert said(found, "missing") == ["Incident i1 (tbell): not decided: acquired"]
    assert "no day is named" in notices.of_incident(incident, [], TODAY)[0].said


def test_nobody_is_asked_to_agree_to_their_own_request() -> None:
    asked = Waiting(DISTRICT, "student-x", "ana", "a parent called", "", 0)
    assert notices.of_unmasking([asked], {"ana-home", "ana"}) == []
    assert "ana asks who student-x is" in notices.of_unmasking([asked], {"prue"})[0].said


# Pages


@pytest.fixture(scope="module")
def desks_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for who decides and for the pages: a decision counts by its home's marks."""
    return with_keys(tmp_path_factory.mktemp("home-of-home"))


@pytest.fixture(scope="module")
def store(stack: Stack, desks_home: Path) -> Iterator[Store]:
    store = stored_district(stack, "test_home")
    role = {"userSourcedId": "p17", "role": "student", "orgSourcedId": "o1"}
    store_records(store, [facts([Fact(table="roles", key="r17", row=role)], 50)])
    with Register(stack.settings(clickhouse_url=store.url, hallmonitor_home=desks_home), store) as register:
        for name in ROLES:
            register.write(users.added(f"{name}.home", [name], None, now(), "ada", "administrator"))
        _decided(register, store)
    yield store
    store.close()


def _decided(register: Register, store: Store) -> None:
    at = now()
    criteria = Criteria(accounts=("tbell",), since="2026-03-01T00:00:00.000Z", until="2026-04-01T00:00:00.000Z")
    place = place_at(store, DISTRICT)
    asked = Asked("ca.pra", place.today(at), "Pat Doe", "Log-ins", criteria)
    open_request(register, load_law(), place, asked, Actor("x", "records_officer"), at)
    incident = {"district": DISTRICT, "kind": "account", "subject": "tbell", "discovered_by": "x", "text": "x"}
    for one in opened(incident, at - timedelta(days=1), Signed("x", "privacy_officer", at)):
        register.write(one)
    body = {"request_id": "2026-0009", "to": "Pat Doe", "interest": "a parent", "rows": 3}
    register.write(decision("person:p17", "record.disclosed", at, actor="x", role="records_officer", district=DISTRICT,
                            body=body))  # fmt: skip


@pytest.fixture(autouse=True)
def _address(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "store" not in request.fixturenames:
        return
    stack, store = request.getfixturevalue("stack"), request.getfixturevalue("store")
    home = request.getfixturevalue("desks_home")
    for name, value in {**stack.environment, "CLICKHOUSE_URL": store.url, "HALLMONITOR_HOME": str(home)}.items():
        monkeypatch.setenv(name, value)


def _home() -> None:
    from dashboard.pages_ import home

    home.show()


def _disclosures() -> None:
    from dashboard.pages_ import disclosures

    disclosures.show()


def _violation() -> None:
    from dashboard.pages_ import violation

    violation.show()


def as_(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    value = SESSIONS.begin(f"{role}.home", None, now())
    monkeypatch.setattr(who, "page_cookies", lambda: {COOKIE: value})
    who.forget()


TOLD = {
    "viewer": ("Nothing waits for you",),
    "analyst": ("nobody has looked at",),
    "records_officer": ("of Pat Doe", "no acknowledgement was written", "holds keep records"),
    "privacy_officer": ("(tbell)", "not decided"),
    "reviewer": ("searches of this week",),
    "administrator": ("could not be read", "has no password yet"),
}
NOT_TOLD = {"records_officer": ("nobody has looked at", "(tbell)"), "reviewer": ("Pat Doe",), "analyst": ("Pat Doe",),
            "viewer": ("Pat Doe", "(tbell)"), "privacy_officer": ("Pat Doe",)}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_home_tells_a_role_what_is_theirs_and_nothing_else(
    store: Store, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    as_(monkeypatch, role)
    shown = html_of(run_page(_home))
    for one in TOLD[role]:
        assert one in shown
    for one in NOT_TOLD.get(role, ()):
        assert one not in shown


@pytest.mark.slow
def test_the_privacy_officer_reads_the_log_of_disclosures_and_an_analyst_does_not(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_(monkeypatch, "privacy_officer")
    shown = html_of(run_page(_disclosures))
    assert "Pat Doe" in shown
    assert "Tessa Bell" in shown or "p17" in shown
    as_(monkeypatch, "analyst")
    assert "No student" in html_of(run_page(_disclosures))


@pytest.mark.slow
def test_learning_who_a_student_is_does_not_open_to_whom_their_record_was_disclosed(
    stack: Stack, store: Store, desks_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Register(stack.settings(clickhouse_url=store.url, hallmonitor_home=desks_home), store) as register:
        for actor, role, kind in (("x", "records_officer", "record.disclosed"),
                                  ("analyst.home", "analyst", "person.unmasked")):  # fmt: skip
            body = {"request_id": "2026-0010", "to": "Pat Doe", "for": actor, "case": "c1", "reason": "a case"}
            register.write(decision("person:p42", kind, now(), actor=actor, role=role, district=DISTRICT, body=body))
    as_(monkeypatch, "analyst")
    assert "No student" in html_of(run_page(_disclosures))


@pytest.mark.slow
def test_a_pseudonym_is_learned_from_the_page_with_a_second_person(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_(monkeypatch, "analyst")
    page = run_page(_violation, id="v1abc")
    assert "student-" in html_of(page)
    press(page, "Ask")
    assert "in a few words" in page.warning[0].value
    page.text_input(key="unmask_reason").set_value("a parent has to be called")
    press(page, "Ask")
    (asked,) = matching(store, kinds=("person.unmask_requested",), entity="person:p17")
    assert (asked.actor, asked.entity) == ("analyst.home", "person:p17")
    as_(monkeypatch, "privacy_officer")
    home = run_page(_home)
    assert "analyst.home asks who student-" in html_of(home)
    press(home, "Agree")
    (done,) = matching(store, kinds=("person.unmasked",), entity="person:p17")
    assert (done.actor, done.body["for"]) == ("privacy_officer.home", "analyst.home")
    as_(monkeypatch, "analyst")
    assert "Bell" in html_of(run_page(_violation, id="v1abc"))


def press(page: Any, label: str) -> None:
    next(one for one in page.button if one.label.startswith(label)).click()
    page.run()
    assert not page.exception, page.exception

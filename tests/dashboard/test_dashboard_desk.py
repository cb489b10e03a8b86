"""The pages of reviewers, records officers and administrators: searches, retention, ledger, users; each by its role."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casework import users
from casework.register import Register, decision
from dashboard import who
from dashboard.sessions import COOKIE, SESSIONS
from infra.local.stack import Stack
from model.clock import now
from storage.client import Store
from tests.support.dashboard_cases import html_of, run_page, stored_district
from tests.support.small_district import pack_fact
from tests.support.storage_cases import DISTRICT, facts, store_records, violation, violations

PLAN = {"as_of": "2026-12-01", "classes": [{"class": "auth_events", "due": 7}], "sample": {},
        "of_planner": ["case 2015-0001"], "not_as_stored": ["violations v9 missing"]}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for who decides and for the pages: a decision counts by its home's marks."""
    return tmp_path_factory.mktemp("desk-pages")


@pytest.fixture(scope="module")
def store(stack: Stack, home: Path) -> Iterator[Store]:
    store = stored_district(stack, "test_desk_pages", home)
    found = violation("m1", detection="investigator_misuse", headline="zoe looked up their own records", account="zoe",
                      person=None)  # fmt: skip
    store_records(store, [violations([found], 40), facts([pack_fact("union-ok")], 41)])
    with Register(stack.settings(clickhouse_url=store.url, hallmonitor_home=home), store) as register:
        for name, role in (("rev.desk", "reviewer"), ("rec.desk", "records_officer"), ("adm.desk", "administrator")):
            register.write(users.added(name, [role], None, now(), "ada", "administrator"))
        for name, role in (("ruth", "records_officer"), ("ruth.adm", "administrator")):
            register.write(users.added(name, [role], None, now(), "ada", "administrator", person="p70"))
        body = {"query": "tbell", "how": "timeline", "rows": 3, "people": [], "case": "7"}
        register.write(decision("search:desk1", "search.made", now(), actor="zoe", role="analyst", district=DISTRICT,
                                purpose="incident", body=body))  # fmt: skip
        register.write(decision("person:p17", "person.unmasked", now(), actor="zoe", role="analyst", district=DISTRICT,
                                body={"reason": "a parent has to be called", "for": "zoe"}))  # fmt: skip
        hold = {"matter": "PRA 2026-014", "kind": "audit", "reason": "asked for", "persons": ["p17"]}
        register.write(decision("hold:h-desk", "hold.placed", now(), actor="ruth", role="records_officer",
                                district=DISTRICT, body=hold))  # fmt: skip
        for plan in ("plandesk1", "plandesk2"):
            register.write(decision(f"retention:{plan}", "retention.planned", now(), actor="ruth",
                                    role="records_officer", district=DISTRICT, body=PLAN))  # fmt: skip
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _address(stack: Stack, store: Store, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    told = {**stack.environment, "CLICKHOUSE_URL": store.url, "HALLMONITOR_HOME": str(home)}
    for name, value in told.items():
        monkeypatch.setenv(name, value)


def _searches() -> None:
    from dashboard.pages_ import searches

    searches.show()


def _users() -> None:
    from dashboard.pages_ import users

    users.show()


def _retention() -> None:
    from dashboard.pages_ import retention

    retention.show()


def _ledger() -> None:
    from dashboard.pages_ import ledger

    ledger.show()


def seen(monkeypatch: pytest.MonkeyPatch, name: str, page: Callable[[], None]) -> str:
    value = SESSIONS.begin(name, None, now())
    monkeypatch.setattr(who, "page_cookies", lambda: {COOKIE: value})
    who.forget()
    return html_of(run_page(page))


def test_a_reviewer_sees_who_searched_who_was_unmasked_and_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    told = seen(monkeypatch, "rev.desk", _searches)
    for said in ("zoe (analyst)", "tbell", "a parent has to be called", "zoe looked up their own records"):
        assert said in told


def test_who_is_no_reviewer_sees_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told = seen(monkeypatch, "adm.desk", _searches)
    assert "zoe" not in told


def test_an_administrator_sees_the_users_and_nobody_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "rec.desk" in seen(monkeypatch, "adm.desk", _users)
    assert "rec.desk" not in seen(monkeypatch, "rev.desk", _users)


def test_a_plan_is_shown_and_approved_by_a_second_person(monkeypatch: pytest.MonkeyPatch) -> None:
    told = seen(monkeypatch, "adm.desk", _retention)
    assert "plandesk1" in told
    assert "ruth" in told
    test = run_page(_retention)
    next(one for one in test.button if "plandesk1" in one.label).click().run()
    assert not test.exception
    assert "adm.desk" in html_of(test)
    assert not [one for one in test.button if "plandesk1" in one.label]


def test_the_schedule_says_in_words_how_long_records_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "90 days from when they were stored" in seen(monkeypatch, "rec.desk", _retention)


def test_who_planned_approves_under_no_other_name(monkeypatch: pytest.MonkeyPatch) -> None:
    seen(monkeypatch, "ruth.adm", _retention)
    button = next(one for one in run_page(_retention).button if "plandesk2" in one.label)
    assert button.disabled


def test_a_records_officer_has_no_button_to_approve(monkeypatch: pytest.MonkeyPatch) -> None:
    value = SESSIONS.begin("rec.desk", None, now())
    monkeypatch.setattr(who, "page_cookies", lambda: {COOKIE: value})
    who.forget()
    assert not run_page(_retention).button


def test_a_ledger_without_a_seal_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nothing is sealed yet" in seen(monkeypatch, "adm.desk", _ledger)


@pytest.mark.parametrize("said", ["ruth, who planned it, or by them: case 2015-0001", "violations v9 missing"])
def test_who_may_approve_reads_what_the_numbers_do_not_say(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    seen(monkeypatch, "ruth.adm", _retention)
    assert any(said in one.value for one in run_page(_retention).warning)


@pytest.mark.parametrize("name", ["adm.desk", "rec.desk"])
def test_the_holds_in_force_are_counted_for_who_may_not_read_them_too(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    told = seen(monkeypatch, name, _retention)
    assert "1 hold in force" in told
    assert "p17" not in told

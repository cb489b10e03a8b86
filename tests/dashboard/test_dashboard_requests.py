"""The page Requests as Streamlit runs it: the queue, the intake, decisions about picked rows, hostile words."""

import io
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from casework import users
from casework.exports.checked import Keys, check_folder
from casework.register import Register
from casework.requests.request import Request
from casework.requests.steps import Actor, Asked, open_request, place_at, request_of, requests
from dashboard.parts.request_words import left
from infra.local.stack import Stack
from model.clock import now
from model.law import load_law
from storage.client import Store
from storage.queries.casework import matching
from storage.queries.responsive import Criteria
from tests.support.dashboard_cases import HOSTILE, html_of, log_in, run_page, stored_district

RUTH = "ruth.pages"
DISTRICT = "maple-falls"


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    made = stored_district(stack, "test_dashboard_requests")
    with Register(stack.settings(clickhouse_url=made.url), made) as register:
        register.write(users.added(RUTH, ["records_officer"], None, now(), "ada", "administrator"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _address(stack: Stack, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**stack.environment, "CLICKHOUSE_URL": store.url}.items():
        monkeypatch.setenv(name, value)
    log_in(monkeypatch, RUTH)


@pytest.fixture
def opened(stack: Stack, store: Store) -> Request:
    criteria = Criteria(accounts=("tbell",), since="2026-03-01T00:00:00.000Z", until="2026-04-01T00:00:00.000Z")
    place = place_at(store, DISTRICT)
    asked = Asked("ca.pra", place.today(now()), HOSTILE, HOSTILE, criteria)
    with Register(stack.settings(clickhouse_url=store.url), store) as register:
        return open_request(register, load_law(), place, asked, Actor(RUTH, "records_officer"), now())


def _requests() -> None:
    from dashboard.pages_ import requests

    requests.show()


def press(test: Any, label: str) -> None:
    next(one for one in test.button if one.label.startswith(label)).click()
    test.run()
    assert not test.exception, test.exception


@pytest.mark.slow
def test_the_queue_and_a_request_show_hostile_words_and_never_mean_them(store: Store, opened: Request) -> None:
    for query in ({}, {"id": opened.request_id}, {"id": opened.request_id, "after": "x~y"}):
        shown = html_of(run_page(_requests, **query))
        assert "evil.example" in shown
        for tag in ("<script>", "<img", "\u202e"):
            assert tag not in shown
    assert "10 days" in html_of(run_page(_requests)) or "days" in html_of(run_page(_requests))
    assert matching(store, kinds=("search.made",), actor=RUTH)[0].body["case"] == opened.request_id


@pytest.mark.slow
def test_a_request_is_opened_from_the_form(store: Store) -> None:
    before = len(requests(store, DISTRICT))
    page = run_page(_requests)
    page.text_input[0].set_value("Pat Doe")
    page.text_area[0].set_value("Log-ins of tbell")
    press(page, "Open the request")
    assert "from which day on" in page.error[0].value
    assert len(requests(store, DISTRICT)) == before
    next(one for one in page.date_input if one.label.startswith("From")).set_value(date(2026, 3, 1))
    next(one for one in page.date_input if one.label.startswith("To")).set_value(date(2026, 4, 1))
    next(one for one in page.text_input if one.label == "Accounts").set_value("tbell, other")
    press(page, "Open the request")
    made = requests(store, DISTRICT)[-1]
    assert (made.criteria.accounts, made.criteria.since) == (("tbell", "other"), "2026-03-01T05:00:00.000Z")


@pytest.mark.slow
def test_a_column_is_decided_about_and_a_wrong_decision_says_why(store: Store, opened: Request) -> None:
    page = run_page(_requests, id=opened.request_id)
    page.selectbox(key="target").set_value("column").run()
    page.selectbox(key="column").set_value("address")
    press(page, "Decide")
    assert "say which exemption" in page.error[0].value
    page.selectbox(key="code").set_value("CA-HOME")
    press(page, "Decide")
    (made,) = request_of(store, opened.request_id).standing
    assert (made.target, made.value, made.action, made.code) == ("column", "address", "redact", "CA-HOME")
    assert "column address" in html_of(page)


@pytest.mark.slow
def test_a_letter_is_written_and_recorded(store: Store, opened: Request) -> None:
    page = run_page(_requests, id=opened.request_id)
    press(page, "Write the letter")
    assert [one.kind for one in request_of(store, opened.request_id).letters] == ["acknowledgement"]
    page.selectbox(key="letter_kind").set_value("production")
    press(page, "Write the letter")
    assert "nothing was produced" in page.error[0].value


@pytest.mark.slow
def test_the_preview_shows_side_by_side_what_would_be_released(opened: Request) -> None:
    page = run_page(_requests, id=opened.request_id)
    page.toggle(key="preview").set_value(True).run()
    assert not page.exception, page.exception
    shown = html_of(page)
    assert "Would be released" in shown
    assert "10.1.0.7" in shown
    assert "[CA-SECURITY]" in shown
    assert "<img" not in shown


def test_days_left_are_said_in_words() -> None:
    from tests.support.request_cases import request_of as asked

    today = now().date().replace(year=2026, month=3, day=10)
    said = [
        left(msgspec.structs.replace(asked(), due=due), today) for due in ("2026-03-12", "2026-03-10", "2026-03-09")
    ]
    assert ["2 days" in said[0], "due today" in said[1], "1 day late" in said[2]] == [True] * 3
    assert "promptly" in left(asked(), today)


@pytest.mark.slow
def test_a_request_is_produced_on_its_page_and_taken_away(
    stack: Stack, store: Store, opened: Request, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    marks = Path("ledger", "marks")  # of the home in which the request was opened: it counts by these
    shutil.copytree(stack.settings().hallmonitor_home / marks, tmp_path / marks)
    monkeypatch.setenv("HALLMONITOR_HOME", str(tmp_path))
    page = run_page(_requests, id=opened.request_id)
    press(page, "Produce")
    (made,) = request_of(store, opened.request_id).productions
    assert (made.by, made.told["responsive"]) == (RUTH, opened.responsive)
    archive = page.session_state["production_made"].archive
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        found.extractall(tmp_path / "out")
    folder = tmp_path / "out" / f"production-{opened.request_id}"
    assert check_folder(folder, Keys(None, None)).intact
    assert "Produced" in html_of(page)
    page.selectbox(key="target").set_value("column").run()
    page.selectbox(key="column").set_value("address")
    page.selectbox(key="code").set_value("CA-HOME")
    press(page, "Decide")
    assert "production_made" not in page.session_state  # what was made before is no longer what is decided

"""Each page as Streamlit runs it, over a real ClickHouse whose every text is hostile."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.serving import APP
from infra.local.stack import Stack
from model.batch import Fact
from storage.client import Store
from tests.support.dashboard_cases import SHOWN, html_of, know_user, log_in_at, run_page, stored_district
from tests.support.storage_cases import facts, fresh_store, store_records


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = stored_district(stack, "test_dashboard")
    know_user(stack, store)
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _address(stack: Stack, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in_at(stack, store, monkeypatch)


def _violations() -> None:
    from dashboard.pages_ import violations

    violations.show()


def _violation() -> None:
    from dashboard.pages_ import violation

    violation.show()


def _timeline() -> None:
    from dashboard.pages_ import timeline

    timeline.show()


def _sources() -> None:
    from dashboard.pages_ import sources

    sources.show()


def _search() -> None:
    from dashboard.pages_ import search

    search.show()


@pytest.mark.parametrize(
    ("page", "query"),
    [
        (_violations, {}),
        (_violation, {"id": "v1abc"}),
        (_timeline, {"subject": "account:tbell"}),
        (_search, {"q": "*evil*"}),
    ],
)
def test_hostile_text_is_shown_and_never_meant(page, query) -> None:  # type: ignore[no-untyped-def]
    shown = html_of(run_page(page, **query))
    assert "evil.example" in shown
    for tag in ("<script>", "<img"):
        assert tag not in shown
    assert "\u202e" not in shown


def test_no_markdown_of_a_page_holds_data() -> None:
    for page, query in ((_violations, {}), (_violation, {"id": "v1abc"}), (_sources, {})):
        said = [one.value for one in run_page(page, **query).markdown]
        assert not [one for one in said if "evil" in one]


def test_the_queue_leaves_out_what_is_suppressed_until_it_is_asked_for() -> None:
    assert "vtech" not in html_of(run_page(_violations))
    assert "vtech" in html_of(run_page(_violations, status="suppressed"))


def test_the_queue_names_the_person_and_links_to_the_violation() -> None:
    shown = html_of(run_page(_violations))
    assert "Tessa Bell" in shown
    assert 'href="violation?id=v1abc&amp;district=maple-falls"' in shown


def test_a_violation_shows_its_proof_its_coverage_and_both_revisions() -> None:
    shown = html_of(run_page(_violation, id="v1abc"))
    assert "not complete" in shown
    assert "9:00:00 AM EST" in shown
    assert "2026-03-04 14:00:00" in shown
    assert 'href="#event-1"' in shown
    assert "no longer stored" in shown
    assert "status: provisional → open" in shown


def test_an_unknown_violation_says_so() -> None:
    assert "There is no violation v9" in html_of(run_page(_violation, id="v9"))


def test_a_timeline_has_all_sources_of_the_subject_with_raw_records() -> None:
    shown = html_of(run_page(_timeline, subject="account:tbell"))
    assert SHOWN in shown
    assert "proxy1" in shown
    assert "Wednesday, March 4, 2026" in shown


def test_a_timeline_between_times_holds_only_what_lies_between() -> None:
    shown = html_of(
        run_page(_timeline, subject="account:tbell", **{"from": "2026-03-04T09:10", "to": "2026-03-04T10:00"})
    )
    assert "1 record" in shown
    assert "HS-LAB-01" not in shown


def test_a_timeline_of_nobody_says_what_to_do() -> None:
    assert "Nothing is stored about it" in html_of(run_page(_timeline, subject="nobody"))


def test_a_search_finds_people_by_their_names() -> None:
    assert 'href="timeline?subject=person%3Ap17' in html_of(run_page(_search, q="bell"))


def test_sources_add_up_and_dead_letters_are_listed() -> None:
    test = run_page(_sources)
    assert "3 records read</b> = 2 recognized + 0 unrecognized + 1 dead letters + 0 repeated" in html_of(test)
    assert len(test.dataframe[0].value) == 1


def test_a_store_that_is_away_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKHOUSE_URL", "http://127.0.0.1:9/away")
    test = AppTest.from_file(str(APP), default_timeout=240).run()
    assert not test.exception
    assert "ClickHouse does not answer" in test.error[0].value
    assert [one.label for one in test.button] == ["Try again"]


def test_a_store_with_nothing_in_it_says_how_to_begin(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = fresh_store(stack, "test_dashboard_empty")
    know_user(stack, empty)
    monkeypatch.setenv("CLICKHOUSE_URL", empty.url)
    test = AppTest.from_file(str(APP), default_timeout=240).run()
    assert "Nothing has been stored yet" in html_of(test)


def test_an_address_chooses_the_district(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    two = stored_district(stack, "test_dashboard_two")
    monkeypatch.setenv("CLICKHOUSE_URL", two.url)
    other = Fact(table="district", key="zumbro", row={"name": "Zumbro", "timezone": "UTC", "policy": "base"})
    body = facts([other], 9)._replace(key=b"zumbro")
    store_records(two, [body])
    know_user(stack, two)
    test = AppTest.from_file(str(APP), default_timeout=240)
    test.query_params["district"] = "zumbro"
    test.run()
    assert "Nothing is new." in html_of(test)
    assert test.selectbox(key="district_choice").value == "zumbro"


def test_filters_show_plain_names_and_the_address_holds_ids() -> None:
    test = run_page(_violations, sort="oldest")
    (choice,) = [one for one in test.multiselect if one.label == "Detection"]
    assert (choice.value, choice.options) == ([], ["Shared account"])
    choice.select("shared_account").run()
    assert in_address(test, "detection") == ["shared_account"]
    (order,) = [one for one in test.selectbox if one.label == "Sort"]
    assert (order.value, order.options[0]) == ("oldest", "newest first")
    order.select("gravest").run()
    assert (in_address(test, "sort"), in_address(test, "detection")) == (["gravest"], ["shared_account"])
    next(one for one in test.multiselect if one.label == "Detection").unselect("shared_account").run()
    assert in_address(test, "detection") == []


def in_address(test: AppTest, name: str) -> list[str]:
    """What stands in the address of a page that a test has run."""
    told = test.query_params.get(name) or []
    return [told] if isinstance(told, str) else list(told)


def test_the_filters_of_the_address_hold() -> None:
    shown = html_of(run_page(_violations, detection="shared_account", sort="oldest", status="suppressed"))
    assert "vtech" in shown
    assert "Tessa Bell" not in shown
    assert "No violation passes" in html_of(run_page(_violations, subject="nobody"))

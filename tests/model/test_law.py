"""Legal clocks: dated cases counted by hand, holidays against a public package, and the words of the command."""

import csv
import json
from datetime import date
from pathlib import Path

import holidays as public_holidays
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cli.main import main
from model.law import LAW_FOLDER, clock, load_law
from tests.support.pages import PAGES, first_cells, section

LAW = load_law()
CASES = list(csv.DictReader((Path(__file__).parent / "law_cases.csv").read_text().splitlines()))
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
RULES = st.sampled_from(sorted(LAW.rules))


@pytest.mark.parametrize("case", CASES, ids=[f"{case['rule']}-{case['trigger']}" for case in CASES])
def test_a_clock_is_due_on_the_day_counted_by_hand(case: dict[str, str]) -> None:
    found = clock(LAW, case["rule"], date.fromisoformat(case["trigger"]))
    assert (str(found.due) if found.due else "", case["because"]) == (case["due"], case["because"])
    assert found.due or found.why


@given(rule=RULES, day=DAYS)
def test_a_clock_names_a_day_or_says_why_not(rule: str, day: date) -> None:
    found = clock(LAW, rule, day)
    assert (found.due is None) == (found.why is not None)


@given(rule=RULES, day=DAYS)
def test_a_later_trigger_is_never_due_earlier(rule: str, day: date) -> None:
    first, later = (clock(LAW, rule, start, as_if_in_force=True).due for start in (day, day.replace(day=28)))
    if day.day < 28 and first and later:
        assert first <= later


@given(day=DAYS)
def test_business_days_never_end_on_a_day_that_does_not_count(day: date) -> None:
    for name, rule in LAW.rules.items():
        due = clock(LAW, name, day, as_if_in_force=True).due
        if due and (rule.unit == "business_days" or rule.roll):
            assert rule.holidays
            assert due.weekday() < 5
            assert due not in LAW.holidays[rule.holidays].days


def test_a_closed_office_moves_a_rule_that_asks_for_it_and_no_other() -> None:
    closed = {date(2026, 11, 24)}
    asks = clock(LAW, "wa.pra.respond", date(2026, 11, 23), lambda day: day in closed)
    assert asks.due == date(2026, 12, 3)
    assert "the office is closed" in {skip.why for skip in asks.skipped}
    deaf = clock(LAW, "ca.pra.determine", date(2026, 11, 14), lambda day: day in closed)
    assert deaf.due == date(2026, 11, 24)


def test_a_bill_is_counted_only_when_asked() -> None:
    assert clock(LAW, "ca.pra.ab1821", date(2026, 3, 2)).due is None
    assert clock(LAW, "ca.pra.ab1821", date(2026, 3, 2), as_if_in_force=True).due == date(2026, 3, 16)


def test_a_count_past_the_listed_holidays_names_no_day() -> None:
    found = clock(LAW, "wa.pra.respond", date(2030, 12, 30))
    assert found.due is None
    assert "covers 2024 to 2030 only" in (found.why or "")


# Holidays: where a list differs from the public package, the difference is named here and in docs/law.md.

SUBDIVISIONS = {"us.federal": None, "ca.judicial": "CA", "wa.legal": "WA", "ma.legal": "MA", "ok.legal": "OK"}
OURS_BESIDES = {"ca.judicial": {"Lincoln Day", "Native American Day"}, "ok.legal": {"Day before Christmas"}}
MOVED_FROM_SATURDAY = {
    "Christmas Day (observed)",
    "Independence Day (observed)",
    "Juneteenth National Independence Day (observed)",
    "New Year's Day (observed)",
}
THEIRS_BESIDES = {
    "ca.judicial": MOVED_FROM_SATURDAY,
    "ma.legal": MOVED_FROM_SATURDAY | {"Evacuation Day"},  # of Suffolk County only
    "ok.legal": {"Juneteenth National Independence Day", "Juneteenth National Independence Day (observed)"},
}


@pytest.mark.parametrize("name", SUBDIVISIONS)
def test_a_list_of_holidays_differs_from_the_package_only_as_told(name: str) -> None:
    theirs = public_holidays.country_holidays("US", subdiv=SUBDIVISIONS[name], years=[2025, 2026, 2027])
    weekdays = {day: label for day, label in theirs.items() if day.weekday() < 5}
    ours = {
        day: label for day, label in LAW.holidays[name].days.items() if day.weekday() < 5 and 2025 <= day.year < 2028
    }
    besides = {label.removesuffix(" (observed)") for day, label in ours.items() if day not in weekdays}
    assert besides == OURS_BESIDES.get(name, set())
    missing = {label for day, label in weekdays.items() if day not in ours}
    assert missing == THEIRS_BESIDES.get(name, set())


# The command


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["clock", *words])
    return result.exit_code, result.stdout, result.stderr


def test_a_time_of_another_clock_starts_nothing_for_there_it_may_be_tomorrow() -> None:
    code, _, said = run("ca.pra.determine", "2026-03-11T02:00:00Z")  # March 10 in California: due three days sooner
    assert (code, "has an offset" in said) == (2, True)


@pytest.mark.parametrize("written", ["3/2/2026", "03/02/2026", "Mar 2, 2026"])
def test_a_day_may_be_written_as_in_a_table(written: str) -> None:
    said = [CliRunner().invoke(main, ["clock", "us.ferpa.access", one]).output for one in (written, "2026-03-02")]
    assert said[0] == said[1] != ""


def test_the_command_prints_the_public_keys() -> None:
    code, out, _ = run("ca.pra.determine", "2026-10-01", "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["due"], found["rolled"], found["first_day"]) == ("2026-10-12", True, "2026-10-02")
    assert {"rule", "trigger", "due", "count", "unit", "first_day", "rolled", "skipped", "source", "status",
            "effective_from", "effective_to"} <= found.keys()  # fmt: skip


def test_the_page_shows_what_the_command_prints() -> None:
    _, out, _ = run("wa.pra.respond", "2026-11-23")
    assert out in PAGES["docs/law.md"]


def test_a_rule_that_does_not_exist_is_refused_with_what_is_near() -> None:
    code, _, err = run("ca.pra.determin", "2026-10-01")
    assert code == 2
    assert "did you mean ca.pra.determine?" in err


def test_every_key_status_and_list_is_documented() -> None:
    page = PAGES["docs/law.md"]
    rule = next(iter(LAW.rules.values()))
    assert first_cells(section(page, "## The files")) == {
        *type(rule).model_fields,
        *("verified", "secondary", "unverified", "proposed", "contract", "policy"),
    }
    assert first_cells(section(page, "## Holidays")) == set(LAW.holidays)


def test_every_file_of_law_is_read() -> None:
    assert {file.stem for file in LAW_FOLDER.glob("*.yaml")} == {"us", "ca", "wa", "ma", "ok"}

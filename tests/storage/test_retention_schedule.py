"""The days of a retention schedule: until when a record is kept, and the last day whose records are due."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.retention.schedule import Rule, cutoff, cutoffs, last_due_day, later

ZONE = ZoneInfo("America/Chicago")


def test_a_year_after_a_day_in_february_ends_the_month() -> None:
    assert later(date(2024, 2, 29), "P1Y") == date(2025, 2, 28)
    assert later(date(2026, 1, 31), "P1M") == date(2026, 2, 28)
    assert later(date(2026, 1, 15), "P90D") == date(2026, 4, 15)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["P1Y", "P2M", "P90D", "P7Y", "P1Y6M2W1D", "P0D"]))
def test_the_last_due_day_is_due_and_the_next_is_not(as_of: date, keep: str) -> None:
    day = last_due_day(as_of, keep)
    assert later(day, keep) <= as_of
    assert later(date.fromordinal(day.toordinal() + 1), keep) > as_of


def test_a_school_year_ends_in_june() -> None:
    rule = Rule(keep="P3Y", since="school_year_end", basis="ca.t5.destroy")
    assert cutoff(rule, date(2029, 6, 30), ZONE) == datetime(2026, 7, 1, tzinfo=ZONE)
    assert cutoff(rule, date(2029, 6, 29), ZONE) == datetime(2025, 7, 1, tzinfo=ZONE)


def test_only_of_classes_that_are_closed_is_a_day_worked_out_from_closing() -> None:
    rules = {name: Rule(keep="P1Y", since="closed", basis="local") for name in ("raw", "casework")}
    found = cutoffs(rules, date(2029, 6, 30), ZONE, ("casework",))
    assert found == {"casework": datetime(2028, 7, 1, tzinfo=ZONE)}


@pytest.mark.parametrize("keep", ["P900Y", "P3000Y", "P9999Y", "P9999Y9999M9999W9999D"])
@pytest.mark.parametrize("since", ["closed", "school_year_end"])
def test_what_is_kept_for_ages_is_not_past_its_schedule(keep: str, since: str) -> None:
    rule = Rule(keep=keep, since=since, basis="ca.t5.c1", schedule_class=1)
    assert cutoff(rule, date(2029, 6, 30), ZONE) < datetime(1200, 1, 1, tzinfo=ZONE)

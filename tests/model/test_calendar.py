"""Local time: school days, opening hours and kinds of day, on ordinary days and on the nights the clocks change."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.batch import Fact
from model.calendar import Calendar
from model.fact_text import fact_of
from model.policy import Hours
from model.reference import Reference
from model.tables import TABLES

ZONE = ZoneInfo("America/Chicago")
HOURS = Hours(opens=time(7), closes=time(17))
HOUR = 3_600_000
TERM = {"sourcedId": "t", "type": "semester", "startDate": "2026-01-06", "endDate": "2026-05-22"}
ORGS = (
    {"sourcedId": "district", "type": "district"},
    {"sourcedId": "s1", "type": "school", "parentSourcedId": "district"},
    {"sourcedId": "s2", "type": "school", "parentSourcedId": "district"},
)


def ms(text: str) -> int:
    at = datetime.fromisoformat(text)
    return round((at if at.tzinfo else at.replace(tzinfo=ZONE)).timestamp() * 1000)


def calendar(*days: dict[str, str], terms: tuple[dict[str, str], ...] = (TERM,)) -> Calendar:
    reference = Reference()
    for table, found in (("calendar", days), ("academicSessions", terms), ("orgs", ORGS)):
        for row in found:
            fact = fact_of(TABLES[table], row, ZONE)
            assert isinstance(fact, Fact), fact
            reference.apply(fact)
    return Calendar(reference, ZONE)


def test_a_school_day_runs_from_four_to_four() -> None:
    days = [calendar().school_day(ms(at)) for at in ("2026-03-04T03:59:59", "2026-03-04T04:00", "2026-03-05T03:59")]
    assert days == [date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 4)]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-07", 23), ("2026-03-06", 24), ("2025-11-01", 25)])
def test_a_school_day_has_as_many_hours_as_the_night_leaves(day: str, hours: int) -> None:
    start, end = calendar().day_bounds(date.fromisoformat(day))
    assert end - start == hours * HOUR


def test_the_hour_an_autumn_night_repeats_is_two_instants() -> None:
    first, second = ms("2025-11-02T01:30-05:00"), ms("2025-11-02T01:30-06:00")
    shown = [calendar().local(at) for at in (first, second)]
    assert [at.strftime("%H:%M %Z") for at in shown] == ["01:30 CDT", "01:30 CST"]
    assert calendar().instant(date(2025, 11, 2), time(1, 30)) == first
    assert calendar().instant(date(2025, 11, 2), time(1, 30), last=True) == second


@pytest.mark.parametrize(
    ("day", "org", "kind"),
    [
        ("2026-03-04", None, "instruction"),
        ("2026-03-07", None, "weekend"),
        ("2026-07-01", None, "staff_day"),
        ("2026-03-09", "s1", "staff_day"),
        ("2026-03-09", "s2", "holiday"),
        ("2026-03-14", "s1", "instruction"),
    ],
)
def test_the_calendar_speaks_for_a_school_and_weekdays_for_themselves(day: str, org: str | None, kind: str) -> None:
    kept = calendar(
        {"date": "2026-03-09", "kind": "holiday"},
        {"date": "2026-03-09", "kind": "staff_day", "org": "s1"},
        {"date": "2026-03-14", "kind": "instruction"},
    )
    assert kept.kind(date.fromisoformat(day), org) == kind


def test_without_any_list_of_terms_a_weekday_is_taken_for_teaching() -> None:
    assert calendar(terms=()).kind(date(2026, 7, 1)) == "instruction"


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ({"kind": "holiday"}, True),
        ({"kind": "office_closed"}, False),
        ({"kind": "emergency_closed"}, False),
        ({"kind": "emergency_closed", "org": "s1"}, True),
        ({"kind": "emergency_closed", "org": "district"}, False),
        ({"kind": "office_open"}, True),
    ],
)
def test_what_closes_the_office(day: dict[str, str], is_open: bool) -> None:
    assert calendar({"date": "2026-03-04", **day}).office_open(date(2026, 3, 4)) is is_open


def test_the_office_may_open_on_a_saturday() -> None:
    kept = calendar({"date": "2026-03-07", "kind": "office_open"})
    assert [kept.office_open(date(2026, 3, day)) for day in (7, 8)] == [True, False]


def test_a_snow_day_declared_afterwards_is_not_known_before() -> None:
    kept = calendar({"date": "2026-03-04", "kind": "emergency_closed", "recorded_at": "2026-03-06"})
    then = Calendar(kept.reference.as_known_at(ms("2026-03-05")), ZONE)
    assert [one.office_open(date(2026, 3, 4)) for one in (then, kept)] == [True, False]


def test_a_calendar_that_changes_changes_the_answer() -> None:
    kept = calendar()
    assert kept.office_open(date(2026, 3, 4))
    fact = fact_of(TABLES["calendar"], {"date": "2026-03-04", "kind": "emergency_closed"}, ZONE)
    assert isinstance(fact, Fact)
    kept.reference.apply(fact)
    assert not kept.office_open(date(2026, 3, 4))


def test_after_hours_is_outside_opening_or_any_time_the_office_is_closed() -> None:
    times = ("2026-03-04T06:59", "2026-03-04T07:00", "2026-03-04T16:59", "2026-03-04T17:00", "2026-03-07T12:00")
    assert [calendar().after_hours(ms(at), HOURS) for at in times] == [True, False, False, True, True]


def test_a_weekend_is_one_stretch_after_hours_and_an_hour_short_in_spring() -> None:
    found = calendar().after_hours_segments(ms("2026-03-06T16:00"), ms("2026-03-09T08:00"), HOURS)
    assert found == [(ms("2026-03-06T17:00"), ms("2026-03-09T07:00"))]
    assert found[0][1] - found[0][0] == (62 - 1) * HOUR


def test_maintenance_from_one_to_three_lasts_as_long_as_the_night_lets_it() -> None:
    spans = [
        calendar().after_hours_segments(kept, end, HOURS)
        for kept, end in (
            (ms("2026-03-08T01:00"), ms("2026-03-08T03:00")),
            (ms("2025-11-02T01:00-05:00"), ms("2025-11-02T03:00")),
        )
    ]
    assert [sum(b - a for a, b in found) for found in spans] == [1 * HOUR, 3 * HOUR]


def test_the_next_business_day_ends_at_its_midnight_not_after_24_hours() -> None:
    kept = calendar({"date": "2026-03-09", "kind": "office_closed"})
    assert kept.next_business_day_end(ms("2026-03-06T15:00")) == ms("2026-03-11T00:00")


def test_a_night_touches_two_business_days_and_a_friday_night_one() -> None:
    touched = calendar().business_days_touched
    assert touched(ms("2026-03-04T22:00"), ms("2026-03-05T01:00")) == 2
    assert touched(ms("2026-03-06T22:00"), ms("2026-03-07T01:00")) == 1
    assert touched(ms("2026-03-04T22:00"), ms("2026-03-05T00:00")) == 1


_NIGHTS = (date(2026, 3, 8), date(2025, 11, 2), date(2026, 3, 4))
_ZONES = ("America/Chicago", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "UTC")
_moments = st.builds(
    lambda night, seconds: round(datetime.combine(night, time(), ZONE).timestamp() + seconds) * 1000,
    st.sampled_from(_NIGHTS),
    st.integers(-2 * 86_400, 2 * 86_400),
)


@given(_moments, st.sampled_from(_ZONES))
def test_every_instant_lies_in_its_own_school_day(at: int, zone: str) -> None:
    kept = Calendar(Reference(), zone)
    start, end = kept.day_bounds(kept.school_day(at))
    assert start <= at < end


@given(st.sampled_from(_NIGHTS), st.integers(-3, 3), st.sampled_from(_ZONES))
def test_school_days_follow_each_other_without_gap(night: date, offset: int, zone: str) -> None:
    kept = Calendar(Reference(), zone)
    days = [night + timedelta(days=offset + n) for n in range(3)]
    assert all(kept.day_bounds(a)[1] == kept.day_bounds(b)[0] for a, b in pairwise(days))


@given(_moments, st.integers(0, 4 * 86_400_000), st.integers(0, 4 * 86_400_000), st.sampled_from(_ZONES))
def test_a_moment_is_after_hours_exactly_when_a_segment_holds_it(start: int, length: int, step: int, zone: str) -> None:
    kept = Calendar(Reference(), zone)
    end = start + length
    at = start + (step % length if length else 0)
    segments = kept.after_hours_segments(start, end, HOURS)
    held = any(a <= at < b for a, b in segments)
    assert held == (start <= at < end and kept.after_hours(at, HOURS))
    assert all(start <= a < b <= end for a, b in segments)
    assert all(a[1] < b[0] for a, b in pairwise(segments))


def test_business_days_are_counted_over_weekends_and_closed_days() -> None:
    kept = calendar({"date": "2026-03-09", "kind": "office_closed"})
    ends = [kept.business_days_later(ms("2026-03-06T15:00"), days) for days in (0, 1, 5)]
    assert ends == [ms("2026-03-07T00:00"), ms("2026-03-11T00:00"), ms("2026-03-17T00:00")]

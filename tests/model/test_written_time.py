"""Times as spreadsheets write them: what is understood, what is refused, and why."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.written_time import day, moment

US, UK = ZoneInfo("America/New_York"), ZoneInfo("Europe/London")
AFTERNOON = datetime(2026, 3, 4, 13, tzinfo=US).timestamp() * 1000


@pytest.mark.parametrize(
    "text",
    [
        *(
            "3/4/2026 1:00 PM",
            "03/04/2026 1:00 PM",
            "03/04/26 13:00",
            "3/4/26 1:00:00 pm",
            "3/4/2026\u202f1:00\u202fPM",
        ),
        *("2026-03-04 13:00:00", "2026-3-4 1:00 p.m.", "4-Mar-26 13:00", "March 4, 2026 1:00 PM", "3-4-2026, 13:00"),
    ],
)
def test_what_a_us_spreadsheet_shows_is_understood_and_the_remark_says_how(text: str) -> None:
    assert moment(text, US) == (AFTERNOON, "read as March 4, 2026, 1:00 PM")


def test_iso_8601_needs_no_remark() -> None:
    assert moment("2026-03-04T13:00", US) == (AFTERNOON, "")
    assert moment("2026-03-04T18:00Z", US) == (AFTERNOON, "")


@pytest.mark.parametrize("zone", ["Europe/London", "America/Toronto", "America/Mexico_City", "UTC"])
def test_outside_the_united_states_what_may_be_two_days_is_refused_with_both(zone: str) -> None:
    with pytest.raises(ValueError, match=r"may be March 4 or April 3; write it 2026-03-04T13:00$"):
        moment("3/4/2026 1:00 PM", ZoneInfo(zone))


@pytest.mark.parametrize(("text", "on"), [("25/3/2026", 25), ("3/25/2026", 25), ("3/3/2026", 3)])
def test_outside_the_united_states_what_can_be_one_day_only_is_read(text: str, on: int) -> None:
    assert day(text, UK).date.timetuple()[:3] == (2026, 3, on)


@pytest.mark.parametrize("zone", ["US/Central", "America/Indiana/Knox", "Pacific/Honolulu", "America/Puerto_Rico"])
def test_every_zone_of_the_united_states_writes_the_month_first(zone: str) -> None:
    assert day("3/4/2026", ZoneInfo(zone)).date.month == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("yesterday", "no time that is understood"),
        ("46085.54", "spreadsheet's own number"),
        ("13/4/2026", "no day of the calendar"),
        ("2/30/2026", "no day of the calendar"),
        ("3/4/2026 13:00 PM", "no time of day"),
        ("3/4/2026 25:00", "no time of day"),
        ("4 Foo 2026", "not a month"),
        ("1/1/1800", "outside the years"),
        ("\u0663/4/2026", "no time that is understood"),
    ],
)
def test_what_nobody_can_tell_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        moment(text, US)


def test_two_digits_of_a_year_are_read_as_posix_reads_them() -> None:
    assert [day(f"3/4/{year}", US).date.year for year in ("68", "69", "99", "00")] == [2068, 1969, 1999, 2000]


@given(st.integers(0, 98 * 365 * 1440))
def test_every_minute_that_a_us_spreadsheet_writes_comes_back(minutes: int) -> None:
    at = datetime(1970, 1, 2, tzinfo=US) + timedelta(minutes=minutes)  # on the wall, hours that are left out too
    clock = f"{(at.hour + 11) % 12 + 1}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"
    expected = round(at.timestamp() * 1000)
    assert moment(f"{at.month}/{at.day}/{at.year} {clock}", US).at == expected
    assert moment(f"{at:%m/%d/%Y %H:%M}", US).at == expected


@given(st.text(max_size=80))
def test_no_text_makes_it_fail_without_a_reason(text: str) -> None:
    try:
        found = moment(text, US).remark
    except ValueError as error:
        found = str(error)
    assert found or text[:4].isdigit()

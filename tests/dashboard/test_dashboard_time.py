"""Local time and UTC side by side, also in the nights the clocks change; the axis stays short of labels."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.day_chart import every_day
from dashboard.local_time import Wall, duration, utc
from dashboard.span_lanes import extent
from dashboard.time_marks import MOST_TICKS, labels, ticks
from tests.support.storage_cases import violation

WALL = Wall("America/New_York")
AUTUMN = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)  # 01:00 EDT; at 06:00 UTC it is 01:00 again, EST


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    assert WALL.clock("2026-11-01T05:30:00.000Z") == "1:30:00 AM EDT"
    assert WALL.clock("2026-11-01T06:30:00.000Z") == "1:30:00 AM EST"


def test_a_span_names_both_days_only_where_they_differ() -> None:
    assert WALL.span("2026-03-04T15:00:00.000Z", "2026-03-04T16:30:00.000Z") == (
        "Wednesday, March 4, 2026, 10:00 AM – 11:30 AM EST"
    )
    assert "Thursday, March 5, 2026" in WALL.span("2026-03-04T15:00:00.000Z", "2026-03-05T16:30:00.000Z")


def test_a_moment_has_one_time() -> None:
    moment = ("2026-03-04T15:00:00.000Z", "2026-03-04T15:00:00.001Z")
    assert WALL.span_and_length(*moment) == "Wednesday, March 4, 2026, 10:00 AM EST"


def test_the_hour_that_comes_twice_is_no_moment() -> None:
    assert WALL.span("2026-11-01T05:30:00.000Z", "2026-11-01T06:30:00.000Z").endswith("1:30 AM EDT – 1:30 AM EST")


def test_utc_keeps_thousandths_where_there_are_any() -> None:
    assert utc("2026-03-04T15:00:00.500Z") == "2026-03-04 15:00:00.500"


def test_an_axis_over_the_autumn_night_shows_one_local_hour_twice_and_utc_once() -> None:
    marks = ticks(WALL, AUTUMN, AUTUMN + timedelta(hours=4))
    said = list(labels(WALL, marks).values())
    assert [one[0].endswith("1:00 AM") for one in said].count(True) == 2
    assert len({one[1] for one in said}) == len(said)


@pytest.mark.parametrize("hours", [0.05, 1, 7, 25, 24 * 9, 24 * 200])
def test_an_axis_has_a_few_labels_whatever_it_spans(hours: float) -> None:
    marks = ticks(WALL, AUTUMN, AUTUMN + timedelta(hours=hours))
    assert 1 <= len(marks) <= MOST_TICKS + 1
    assert marks == sorted(set(marks))


def test_days_begin_at_local_midnight() -> None:
    marks = ticks(WALL, AUTUMN - timedelta(days=3), AUTUMN + timedelta(days=3))
    assert {at.astimezone(WALL.zone).hour for at in marks} == {0}


def test_the_picture_of_a_violation_has_room_at_both_ends() -> None:
    since, until = extent(violation("v1"))
    assert since < datetime(2026, 3, 4, 14, tzinfo=UTC) < datetime(2026, 3, 4, 15, tzinfo=UTC) < until


def test_a_day_without_a_violation_has_its_place() -> None:
    assert every_day(["2026-03-06", "2026-03-04"]) == ["2026-03-04", "2026-03-05", "2026-03-06"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(30, "30 s"), (150, "2 min"), (8100, "2 h 15 min"), (86_400, "1 day"), (180_000, "2 days 2 h")],
)
def test_lengths_are_said_as_people_say_them(seconds: int, said: str) -> None:
    assert duration(timedelta(seconds=seconds)) == said

"""The calendar of a simulated district: terms, and which of its days are school days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from simulator.options import Options

BELLS = (
    ("08:00", "08:55"),
    ("09:00", "09:55"),
    ("10:00", "10:55"),
    ("11:40", "12:35"),
    ("12:40", "13:35"),
    ("13:40", "14:35"),
)
"""Six lessons, with lunch after the third."""


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One school year from August to May, in two semesters. Last days are inclusive, as OneRoster has them."""

    begins_on: date
    fall_ends_on: date
    spring_begins_on: date
    ends_on: date

    def sessions(self) -> Iterator[tuple[str, str, date, date]]:
        """Key, OneRoster type, first and last day."""
        year = self.ends_on.year
        yield f"SY{year}", "schoolYear", self.begins_on, self.ends_on
        yield f"S1-{year}", "semester", self.begins_on, self.fall_ends_on
        yield f"S2-{year}", "semester", self.spring_begins_on, self.ends_on


def terms(day: date) -> SchoolYear:
    """The school year a day lies in; July begins the next one."""
    year = day.year if day.month >= 7 else day.year - 1
    return SchoolYear(date(year, 8, 10), date(year, 12, 18), date(year + 1, 1, 5), date(year + 1, 5, 22))


def holiday(options: Options) -> date | None:
    """The one school holiday of the run, the second Monday, when the district office is open; None in a short run."""
    mondays = [day for day in options.dates if day.weekday() == 0]
    return mondays[1] if len(mondays) > 1 else None


def closures(options: Options) -> set[date]:
    """The days on which snow closes everything."""
    return {day for day in (options.snow_day, options.late_snow_day) if day}


def school_days(options: Options) -> list[date]:
    """The days with lessons, in order."""
    shut = closures(options) | {holiday(options)}
    return [day for day in options.dates if day.weekday() < 5 and day not in shut and in_term(day)]


def in_term(day: date) -> bool:
    """Whether a day lies in one of the semesters."""
    year = terms(day)
    return year.begins_on <= day <= year.fall_ends_on or year.spring_begins_on <= day <= year.ends_on


def office_days(options: Options) -> list[date]:
    """The days the district office is open."""
    return [day for day in options.dates if day.weekday() < 5 and day not in closures(options)]


def next_day(day: date) -> date:
    """The calendar day after."""
    return day + timedelta(1)

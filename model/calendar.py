"""The district's local time: school days, business days, opening hours, and what kind of day a date is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from model.reference import Reference

DayKind = Literal["instruction", "staff_day", "holiday", "office_closed", "emergency_closed", "weekend"]
# Which of several kinds of one date speaks for a school; office_open is about the office alone.
_GRAVEST: tuple[DayKind, ...] = ("emergency_closed", "holiday", "office_closed", "staff_day", "instruction")
_TURN = time(4)  # a school day runs from 04:00 to 04:00
_LOOK_AHEAD = 400  # days in which an office must open again
T = TypeVar("T")


class Hours(Protocol):
    """When the district's day opens and closes, local wall clock."""

    @property
    def opens(self) -> time: ...
    @property
    def closes(self) -> time: ...


class Calendar:
    """What the clock on the wall and the calendar beside it say. Instants are ms since the epoch (UTC); spans are half
    open. An hour that a spring night leaves out never matches; one that an autumn night repeats counts twice."""

    def __init__(self, reference: Reference, zone: str | ZoneInfo) -> None:
        self.zone = zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)
        self.reference = reference
        self._version = reference.version
        self._kept: dict[tuple[object, ...], object] = {}

    def local(self, at: int) -> datetime:
        """The instant on the district's wall, aware."""
        return datetime.fromtimestamp(at // 1000, self.zone).replace(microsecond=at % 1000 * 1000)

    def instant(self, day: date, clock: time = time(), *, last: bool = False) -> int:
        """When the wall shows `clock` on `day`; of an hour shown twice the first, or the `last`."""
        shown = datetime.combine(day, clock, self.zone).replace(fold=int(last))
        return round(shown.astimezone(UTC).timestamp() * 1000)

    def school_day(self, at: int) -> date:
        """The school day an instant falls in: 04:00 to 04:00 local."""
        shown = self.local(at)
        return shown.date() if shown.time() >= _TURN else shown.date() - timedelta(days=1)

    def day_bounds(self, day: date) -> tuple[int, int]:
        """First and last instant of a school day, [from, to): 23, 24 or 25 hours."""
        return self.instant(day, _TURN), self.instant(day + timedelta(days=1), _TURN)

    def date_bounds(self, day: date) -> tuple[int, int]:
        """Midnight to midnight, local, [from, to)."""
        return self.instant(day), self.instant(day + timedelta(days=1))

    def kind(self, day: date, org: str | None = None) -> DayKind:
        """What kind of day it is at a school (None = the district's schools at large)."""
        return self._keep(("kind", day, org), lambda: self._work_out_kind(day, org))

    def is_school_day(self, day: date, org: str | None = None) -> bool:
        """Whether the school teaches."""
        return self.kind(day, org) == "instruction"

    def office_open(self, day: date) -> bool:
        """Whether the district office is open: Monday to Friday, unless the calendar says otherwise."""
        return self._keep(("office", day), lambda: self._work_out_office(day))

    def open_span(self, day: date, hours: Hours) -> tuple[int, int] | None:
        """From opening to closing of a local date; None when the office stays closed."""
        if not self.office_open(day):
            return None
        key = ("span", day, hours.opens, hours.closes)
        return self._keep(key, lambda: (self.instant(day, hours.opens), self.instant(day, hours.closes, last=True)))

    def after_hours(self, at: int, hours: Hours) -> bool:
        """Outside opens..closes local, or any time on a day the office is closed."""
        span = self.open_span(self.local(at).date(), hours)
        return span is None or not span[0] <= at < span[1]

    def after_hours_segments(self, start: int, end: int, hours: Hours) -> list[tuple[int, int]]:
        """The parts of [start, end) that are after hours, in order, none touching the next."""
        segments: list[tuple[int, int]] = []
        done = start
        for day in self._dates(start, end):
            span = self.open_span(day, hours)
            if span and span[1] > done and span[0] < end:
                segments.append((done, span[0]))
                done = span[1]
        return [(a, b) for a, b in [*segments, (done, end)] if a < b]

    def next_business_day_end(self, at: int) -> int:
        """The end of the local date of the next day the office is open, after the day of `at`."""
        return self.business_days_later(at, 1)

    def business_days_later(self, at: int, days: int) -> int:
        """The end of the local date that is `days` business days after the day of `at`; 0: the end of that day."""
        day = self.local(at).date()
        for _ in range(days):
            day = self._next_open(day)
        return self.date_bounds(day)[1]

    def _next_open(self, day: date) -> date:
        ahead = (day + timedelta(days=n) for n in range(1, _LOOK_AHEAD))
        return next((one for one in ahead if self.office_open(one)), day + timedelta(days=_LOOK_AHEAD))

    def business_days_touched(self, start: int, end: int) -> int:
        """On how many local dates with an open office some part of [start, end) lies."""
        return sum(self.office_open(day) for day in self._dates(start, end))

    def school_days(self, first: date, last: date, org: str | None = None) -> int:
        """How many days of teaching lie from `first` to `last`, both included."""
        days = ((first + timedelta(days=n)) for n in range((last - first).days + 1))
        return sum(self.is_school_day(day, org) for day in days)

    def _dates(self, start: int, end: int) -> list[date]:
        first, last = self.local(start).date(), self.local(max(start, end - 1)).date()
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]

    def _keep(self, key: tuple[object, ...], work_out: Callable[[], T]) -> T:
        if self._version != self.reference.version or len(self._kept) > 100_000:
            self._kept.clear()
            self._version = self.reference.version
        if key not in self._kept:
            self._kept[key] = work_out()
        return self._kept[key]  # type: ignore[return-value]

    def _work_out_kind(self, day: date, org: str | None) -> DayKind:
        at, _ = self.date_bounds(day)
        chain = self.reference.org_chain(org, at) if org else []
        for place in [*chain, ""]:
            said = self._said(day, place)
            stated = [kind for kind in _GRAVEST if kind in said]
            if stated:
                return stated[0]
        if day.isoweekday() > 5:
            return "weekend"
        return self._unstated(at, org)

    def _unstated(self, at: int, org: str | None) -> DayKind:
        """A weekday without a row: teaching inside a session, and wherever nobody keeps a list of sessions."""
        if self.reference.terms(org, at) or not self.reference.known("academicSessions"):
            return "instruction"
        return "staff_day"

    def _work_out_office(self, day: date) -> bool:
        said = self._said(day, "") | {kind for org in self._offices(day) for kind in self._said(day, org)}
        if "office_open" in said:
            return True
        return day.isoweekday() < 6 and not said & {"office_closed", "emergency_closed"}

    def _offices(self, day: date) -> list[str]:
        at, _ = self.date_bounds(day)
        named = {row.org for row in self.reference.calendar_rows(day.isoformat()) if row.org}
        found = (self.reference.org(name, at) for name in sorted(named))
        return [org.org for org in found if org and (org.type == "district" or not org.parent)]

    def _said(self, day: date, org: str) -> set[str]:
        """The kinds of the row that began last among those in force during the day."""
        start, end = self.date_bounds(day)
        for row in self.reference.calendar_rows(day.isoformat()):
            begun = row.valid_from is None or row.valid_from < end
            if row.org == org and begun and (row.valid_to is None or row.valid_to > start):
                return set(row.kinds)
        return set()

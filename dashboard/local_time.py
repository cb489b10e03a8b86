"""Instants on the district's wall and in UTC, side by side, as an American reader writes them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from model.event import parse_at


class Wall:
    """The clock on the wall of one district."""

    def __init__(self, timezone: str) -> None:
        """`timezone` is an IANA name; raises ZoneInfoNotFoundError."""
        self.zone = ZoneInfo(timezone)

    def local(self, at: str) -> datetime:
        """A stored instant on this wall, aware."""
        return parse_at(at).astimezone(self.zone)

    def day(self, at: str) -> str:
        """`Wednesday, February 4, 2026`."""
        return weekday(self.local(at))

    def clock(self, at: str) -> str:
        """`10:05:00 AM CST`, with thousandths where there are any."""
        shown = self.local(at)
        thousandths = f".{shown.microsecond // 1000:03d}" if shown.microsecond else ""
        return f"{_hour(shown)}:{shown:%M:%S}{thousandths} {shown:%p %Z}"

    def moment(self, at: str) -> str:
        """`February 4, 2026, 10:05 AM CST`."""
        shown = self.local(at)
        return f"{calendar_day(shown)}, {minute(shown)} {shown:%Z}"

    def brief(self, at: str) -> str:
        """`Feb 4, 2026, 10:05 AM CST`, for a narrow column."""
        shown = self.local(at)
        return f"{shown:%b} {shown.day}, {shown.year}, {minute(shown)} {shown:%Z}"

    def second(self, at: str) -> str:
        """`Feb 4, 2026, 10:05:00 AM CST`."""
        shown = self.local(at)
        return f"{shown:%b} {shown.day}, {shown.year}, {self.clock(at)}"

    def span(self, start: str, end: str) -> str:
        """`Wednesday, February 4, 2026, 10:05 AM – 11:30 AM CST`, with both days where they differ.

        A moment has one time: `Wednesday, February 4, 2026, 10:05 AM CST`.
        """
        first, last = self.local(start), self.local(end)
        if minute(first) == minute(last) and parse_at(end) - parse_at(start) < timedelta(minutes=1):
            return f"{weekday(first)}, {minute(first)} {first:%Z}"
        if first.date() == last.date():
            zone = "" if first.tzname() == last.tzname() else f" {first:%Z}"
            return f"{weekday(first)}, {minute(first)}{zone} – {minute(last)} {last:%Z}"
        return f"{weekday(first)}, {minute(first)} {first:%Z} – {weekday(last)}, {minute(last)} {last:%Z}"

    def span_and_length(self, start: str, end: str) -> str:
        """The same with how long it is, where it is no moment."""
        lasted = length(start, end)
        return self.span(start, end) + (f" ({lasted})" if lasted != "0 s" else "")

    def instant(self, day: date, clock: time = time()) -> datetime:
        """When this wall shows `clock` on `day`; of an hour shown twice the first. Aware, in UTC."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


def calendar_day(day: date) -> str:
    """`February 4, 2026`."""
    return f"{day:%B} {day.day}, {day.year}"


def weekday(day: date) -> str:
    """`Wednesday, February 4, 2026`."""
    return f"{day:%A}, {calendar_day(day)}"


def minute(at: datetime | time) -> str:
    """`10:05 AM`."""
    return f"{_hour(at)}:{at:%M %p}"


def utc(at: str) -> str:
    """`2026-02-04 16:05:00`, with thousandths where there are any; UTC is for machines and those who compare them."""
    shown = parse_at(at)
    thousandths = f".{shown.microsecond // 1000:03d}" if shown.microsecond else ""
    return f"{shown:%Y-%m-%d %H:%M:%S}{thousandths}"


def length(start: str, end: str) -> str:
    """How long from one instant to another: `2 h 10 min`, `48 min`, `30 s`."""
    return duration(parse_at(end) - parse_at(start))


def duration(lasted: timedelta) -> str:
    """`3 days 2 h`, `2 h 10 min`, `48 min`, `30 s`."""
    seconds = round(lasted.total_seconds())
    days, hours, minutes = seconds // 86400, seconds // 3600, seconds // 60
    if days:
        return f"{days} {'day' if days == 1 else 'days'}" + (f" {hours % 24} h" if hours % 24 else "")
    if hours:
        return f"{hours} h" + (f" {minutes % 60} min" if minutes % 60 else "")
    return f"{minutes} min" if minutes else f"{seconds} s"


def _hour(at: datetime | time) -> int:
    return at.hour % 12 or 12

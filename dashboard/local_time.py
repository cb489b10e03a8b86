"""Instants on the district's wall and in UTC, side by side, as a reader writes them."""

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
        """`Wednesday 4 February 2026`."""
        shown = self.local(at)
        return f"{shown:%A} {shown.day} {shown:%B %Y}"

    def clock(self, at: str) -> str:
        """`10:05:00 CST`, with thousandths where there are any."""
        return f"{_clock(self.local(at))} {self.local(at):%Z}"

    def moment(self, at: str) -> str:
        """`4 Feb 2026 10:05 CST`."""
        shown = self.local(at)
        return f"{shown.day} {shown:%b %Y %H:%M %Z}"

    def span(self, start: str, end: str) -> str:
        """`Wed 4 Feb 2026, 10:05 – 11:30 CST`, with both days where they differ."""
        first, last = self.local(start), self.local(end)
        if first.date() == last.date():
            return f"{first:%a} {first.day} {first:%b %Y, %H:%M} – {last:%H:%M %Z}"
        return f"{first:%a} {first.day} {first:%b %Y, %H:%M %Z} – {last:%a} {last.day} {last:%b %Y, %H:%M %Z}"

    def instant(self, day: date, clock: time = time()) -> datetime:
        """When this wall shows `clock` on `day`; of an hour shown twice the first. Aware, in UTC."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


def utc(at: str) -> str:
    """`2026-02-04 16:05:00`, with thousandths where there are any."""
    shown = parse_at(at)
    return f"{shown:%Y-%m-%d} {_clock(shown)}"


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


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}" + (f".{at.microsecond // 1000:03d}" if at.microsecond else "")

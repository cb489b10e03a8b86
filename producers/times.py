"""Times as records write them, turned into ISO 8601 UTC text by the time ladder and the year ladder; no clock here.

The time ladder: an offset in the record, an epoch, UTC by name, the source's zone (`zone_assumed`). A zone's
abbreviation counts only where the source's own zone uses it at that moment: CST alone names three continents.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from model.event import TimeQuality
from producers.product import Context

At = tuple[str, TimeQuality]
MONTHS = {"janfebmaraprmayjunjulaugsepoctnovdec"[3 * n : 3 * n + 3]: n + 1 for n in range(12)}
UTC_WORDS = frozenset({"Z", "z", "UTC", "GMT"})

_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.,](\d{1,9}))?", re.A)
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?(?: ?(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?", re.A
)
_EARLIEST, _LATEST = 0, 4102444800  # 1970 to 2100, in seconds: beyond them a number is no time


def at_epoch_ms(ms: int) -> str | None:
    """Milliseconds since the epoch as ISO UTC text; None before 1970 and after 2099."""
    second, rest = divmod(ms, 1000)
    return f"{_minute(second // 60)}:{second % 60:02d}.{rest:03d}Z" if _EARLIEST <= second < _LATEST else None


def at_epoch(text: str | int | float) -> At | None:
    """Seconds (with or without fraction), milli-, micro- or nanoseconds since the epoch, told apart by magnitude."""
    digits, _, fraction = str(text).partition(".")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 20:
        return None
    number = int(digits)
    if number < 10**11:
        exact = fraction[:3].isascii() and fraction[:3].isdigit()  # `²` is a digit, and no number
        ms = number * 1000 + (int(fraction[:3].ljust(3, "0")) if exact else 0)
    else:
        ms = number // 10 ** max(0, len(digits) - 13)
    at = at_epoch_ms(ms)
    return (at, "exact") if at else None


@lru_cache(maxsize=4096)
def _minute(minute: int) -> str:
    """Cached by the minute, not the second: logs of a small district rarely hit the same second twice."""
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M")


def at_iso(text: str, zone: ZoneInfo) -> At | None:
    """ISO 8601 (T or a blank, any fraction, comma or point), in its own offset, else in `zone`."""
    match = _ISO.fullmatch(text)
    if not match:
        return None
    found = _iso_second(match[1], match[2], match[4] or "", zone)
    return (f"{found[0]}.{_ms(match[3])}Z", found[1]) if found else None


@lru_cache(maxsize=4096)
def _iso_second(day: str, clock: str, offset: str, zone: ZoneInfo) -> At | None:
    year, month, date = day.split("-")
    return _local_second(int(year), int(month), int(date), clock, zone, offset)


def at_local(year: int, month: int, day: int, clock: str, zone: ZoneInfo, word: str = "") -> At | None:
    """A local date and clock (`hh:mm[:ss][.fff]`); `word` is the zone's abbreviation or offset if the record has one.

    Twice-told hours mean the first telling (the reader knows better where order says so); hours that never were are
    read with the offset before the gap.
    """
    match = _CLOCK.fullmatch(clock)
    if not match:
        return None
    found = _local_second(year, month, day, f"{match[1]}:{match[2]}:{match[3] or '00'}", zone, word)
    return (f"{found[0]}.{_ms(match[4])}Z", found[1]) if found else None


@lru_cache(maxsize=8192)
def _local_second(year: int, month: int, day: int, clock: str, zone: ZoneInfo, word: str) -> At | None:
    hour, minute, second = (*(int(part) for part in clock.split(":")), 0)[:3]
    try:
        wall = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 -- its zone is the question
        actual, quality = _placed(wall, zone, word)
        return actual.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0"), quality
    except (ValueError, OverflowError):
        return None


def _placed(wall: datetime, zone: ZoneInfo, word: str) -> tuple[datetime, TimeQuality]:
    if fixed := _offset(word):
        return wall.replace(tzinfo=fixed), "exact"
    for fold in (0, 1):
        local = wall.replace(tzinfo=zone, fold=fold)
        if word and local.tzname() == word:
            return local, "exact"
    return wall.replace(tzinfo=zone), "zone_assumed"


def _offset(word: str) -> tzinfo | None:
    if word in UTC_WORDS:
        return UTC
    if word[:1] not in ("+", "-"):
        return None
    digits = word[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    return timezone(-offset if word[0] == "-" else offset)


def at_stamp(month: str, day: str, clock: str, context: Context, word: str = "") -> At | None:
    """A syslog stamp without a year (`Mar`, `4`, `14:00:00`): the year ladder, then the zone.

    The year is the latest that puts the event no more than a day after `context.received_at`: the year of receipt,
    else the one before; 29 February goes back to a leap year.
    """
    return _at_stamp(month, day, clock, context.timezone, context.received_at, word)


@lru_cache(maxsize=8192)
def _at_stamp(month: str, day: str, clock: str, zone: ZoneInfo, received_at: datetime, word: str) -> At | None:
    number = MONTHS.get(month.lower())
    if number is None or not (day.isascii() and day.isdigit() and len(day) <= 2):
        return None
    limit = received_at.astimezone(zone) + timedelta(days=1)
    later = (number, int(day), clock.zfill(8)[:8]) > (limit.month, limit.day, f"{limit:%H:%M:%S}")
    year = limit.year - later
    if (number, int(day)) == (2, 29):
        year = _leap_year(year)
    found = at_local(year, number, int(day), clock, zone, word)
    return (found[0], "year_assumed") if found else None


def _leap_year(year: int) -> int:
    while year > 1 and (year % 4 or (year % 100 == 0 and year % 400)):
        year -= 1
    return year


def _ms(fraction: str | None) -> str:
    return fraction[:3].ljust(3, "0") if fraction else "000"

"""Times as people and spreadsheets write them: what was understood, and what nobody can tell."""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2300, 1, 1, tzinfo=UTC)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Zones in which people write the month first: those of the United States and its territories (IANA's zone.tab).
_MONTH_FIRST = re.compile(
    r"US/.+|America/(Indiana|Kentucky|North_Dakota)/.+"
    r"|America/(Adak|Anchorage|Atka|Boise|Chicago|Denver|Detroit|Fort_Wayne|Indianapolis|Juneau|Knox_IN|Los_Angeles"
    r"|Louisville|Menominee|Metlakatla|New_York|Nome|Phoenix|Puerto_Rico|Shiprock|Sitka|St_Thomas|Virgin|Yakutat)"
    r"|Pacific/(Guam|Honolulu|Pago_Pago|Saipan|Samoa)|EST5EDT|CST6CDT|MST7MDT|PST8PDT|Navajo"
)
_DATE = (
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})"
    r"|(?P<first>\d{1,2})[/-](?P<second>\d{1,2})[/-](?P<short>\d{4}|\d{2})"
    r"|(?P<day_2>\d{1,2})[- ](?P<word>[A-Za-z]{3,9})\.?[- ,]{1,2}(?P<short_2>\d{4}|\d{2})"
    r"|(?P<word_2>[A-Za-z]{3,9})\.? (?P<day_3>\d{1,2})(?:,| ,?) ?(?P<year_3>\d{4})"
)
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second_2>\d{2})(?:\.\d{1,6})?)?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
_WRITTEN = re.compile(rf"(?:{_DATE})(?:(?:,| |T){{1,2}}{_CLOCK})?", re.ASCII)
_SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_LONGEST = 60  # characters of a time, however it is written


class Moment(NamedTuple):
    """An instant in ms since the epoch; `remark` says how it was understood where it was not written as ISO 8601."""

    at: int
    remark: str = ""


class Day(NamedTuple):
    """A local date; `remark` as in `Moment`."""

    date: date
    remark: str = ""


@lru_cache(maxsize=10_000)  # a table says the same few times again and again
def moment(text: str, zone: ZoneInfo) -> Moment:
    """The instant that `text` says: ISO 8601, or as a spreadsheet shows it; without an offset local to `zone`, a bare
    date local midnight. `3/4/2026` is March 4 in a zone of the United States; elsewhere only what can be read in one
    way is read. Raises ValueError, which says why and what to write instead."""
    at, remark = _iso(text) or _understood(text, zone)
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    if not _EARLIEST < at < _LATEST:
        raise ValueError("lies outside the years 1900 to 2300")
    return Moment(round(at.timestamp() * 1000), remark)


@lru_cache(maxsize=10_000)
def day(text: str, zone: ZoneInfo) -> Day:
    """The local date that `text` says, however it is written; a time behind it is left out. Raises ValueError."""
    at, remark = _iso(text) or _understood(text, zone)
    return Day(at.date(), remark)


def clock(text: str) -> str:
    """A time of day on the wall as `HH:MM`: `7:45`, `07:45:00`, `1:05 PM`. Raises ValueError."""
    found = re.fullmatch(_CLOCK, " ".join(text.split()), re.ASCII)
    if found is None:
        raise ValueError("is no time of day; write it 13:05 or 1:05 PM")
    return f"{_clock(found.groupdict()):%H:%M}"


def _iso(text: str) -> tuple[datetime, str] | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at, "" if " " not in text else f"read as {_said(at)}"


def _understood(text: str, zone: ZoneInfo) -> tuple[datetime, str]:
    plain = " ".join(text.split())
    if _SERIAL.fullmatch(plain):
        raise ValueError("is a spreadsheet's own number for a date; format the column as a date and save it again")
    found = _WRITTEN.fullmatch(plain) if len(plain) <= _LONGEST else None
    if found is None:
        raise ValueError(f"is no time that is understood; write it {_example(zone)}")
    said = found.groupdict()
    at = datetime.combine(_date(said, zone), _clock(said))
    return at, f"read as {_said(at)}"


def _month_first(zone: ZoneInfo) -> bool:
    return bool(_MONTH_FIRST.fullmatch(zone.key))


def _example(zone: ZoneInfo) -> str:
    return "2026-03-04T13:00" + (" or 3/4/2026 1:00 PM" if _month_first(zone) else "")


def _date(said: dict[str, str | None], zone: ZoneInfo) -> date:
    if said["first"]:
        _refuse_ambiguous(int(said["first"]), int(said["second"] or 0), zone)
    try:
        if said["first"]:
            return _slashed(int(said["first"]), int(said["second"] or 0), _year(said["short"]), zone)
        month = said["month"] or _month(said["word"] or said["word_2"] or "")
        year = _year(said["year"] or said["short_2"] or said["year_3"])
        return date(year, int(month), int(said["day"] or said["day_2"] or said["day_3"] or 0))
    except ValueError as error:
        raise ValueError(f"is no day of the calendar ({error}); write it {_example(zone)}") from error


def _refuse_ambiguous(first: int, second: int, zone: ZoneInfo) -> None:
    if not _month_first(zone) and 1 <= first <= 12 and 1 <= second <= 12 and first != second:
        one, other = f"{_MONTHS[first - 1]} {second}", f"{_MONTHS[second - 1]} {first}"
        raise ValueError(f"may be {one} or {other}; write it {_example(zone)}")


def _slashed(first: int, second: int, year: int, zone: ZoneInfo) -> date:
    """Month first in the United States; elsewhere the one order that the calendar leaves."""
    if _month_first(zone):
        return date(year, first, second)
    return date(year, min(first, second), max(first, second))


def _year(text: str | None) -> int:
    """Of two digits as POSIX reads them: 69 to 99 are of the last century."""
    year = int(text or 0)
    if year > 99 or len(text or "") > 2:
        return year
    return year + (1900 if year > 68 else 2000)


def _month(word: str) -> int:
    plain = word.lower().replace("sept", "sep") if len(word) == 4 else word.lower()
    for number, name in enumerate(_MONTHS, 1):
        if name.lower().startswith(plain):
            return number
    raise ValueError(f"{word!r} is not a month")


def _clock(said: dict[str, str | None]) -> time:
    hour, half = int(said["hour"] or 0), (said["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError(f"is no time of day: {hour} o'clock {half}m")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(said["minute"] or 0), int(said["second_2"] or 0))
    except ValueError as error:
        raise ValueError(f"is no time of day ({error})") from error


def _spelled(on: date) -> str:
    return f"{_MONTHS[on.month - 1]} {on.day}, {on.year}"


def _said(at: datetime) -> str:
    clock = f"{(at.hour + 11) % 12 + 1}:{at:%M}" + (f":{at:%S}" if at.second else "")
    return f"{_spelled(at.date())}, {clock} {'AM' if at.hour < 12 else 'PM'}"

"""A district's schedule: up to which day the records of each class are past it; pure."""

import calendar
import re
from collections.abc import Container, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

_PART = re.compile(r"(\d+)([YMWD])")
_FIRST = date(3, 1, 1)  # what is kept for so long that the calendar does not reach back is never past its schedule
SCHOOL_YEAR_ENDS = (6, 30)  # month and day


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """How long one class is kept."""

    keep: str
    since: str = msgspec.field(name="from")
    basis: str
    schedule_class: int | None = msgspec.field(name="class", default=None)

    @property
    def words(self) -> str:
        """As a certificate writes it."""
        of_class = f", class {self.schedule_class}" if self.schedule_class else ""
        return f"{self.keep} from {self.since}{of_class}"


def rules_of(pack: str) -> dict[str, Rule]:
    """The schedule of a pack as it was published (JSON); raises msgspec.DecodeError."""
    said: dict[str, Any] = msgspec.json.decode(pack)
    return msgspec.convert(said.get("retention", {}), dict[str, Rule])


def later(day: date, keep: str) -> date:
    """The day that lies an ISO 8601 duration after `day`; a day that a month lacks becomes its last. None lies behind
    the calendar's last."""
    numbers = {unit: int(number) for number, unit in _PART.findall(keep)}
    months = day.month - 1 + numbers.get("M", 0) + 12 * numbers.get("Y", 0)
    year, month = day.year + months // 12, months % 12 + 1
    if year > date.max.year:
        return date.max
    moved = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    days = numbers.get("D", 0) + 7 * numbers.get("W", 0)
    return moved + timedelta(days=min(days, (date.max - moved).days))


def shortest_days(rules: Mapping[str, Rule], as_of: date) -> int | None:
    """How many days the record class is kept that is kept for the shortest time; None without a schedule."""
    return min(((later(as_of, rule.keep) - as_of).days for rule in rules.values()), default=None)


def last_due_day(as_of: date, keep: str) -> date:
    """The latest day whose records are past a schedule of `keep` on `as_of`: day + keep is not after it."""
    span = later(as_of, keep) - as_of
    if span >= as_of - _FIRST:
        return _FIRST
    day = as_of - span + timedelta(days=40)
    while later(day, keep) > as_of:
        day -= timedelta(days=1)
    return day


def cutoff(rule: Rule, as_of: date, zone: ZoneInfo) -> datetime:
    """What was stored, occurred or was closed before this instant is past the schedule."""
    day = last_due_day(as_of, rule.keep)
    if rule.since == "school_year_end":
        ended = date(day.year, *SCHOOL_YEAR_ENDS)
        day = ended if ended <= day else date(day.year - 1, *SCHOOL_YEAR_ENDS)
    return datetime.combine(day + timedelta(days=1), time(), zone)


def cutoffs(
    rules: Mapping[str, Rule], as_of: date, zone: ZoneInfo, closing: Container[str] = ()
) -> dict[str, datetime]:
    """`cutoff` of each class that has one. `closing`: classes whose records are closed; of others, none is worked out
    from closing."""
    return {
        name: cutoff(rule, as_of, zone) for name, rule in rules.items() if rule.since != "closed" or name in closing
    }

"""How long each class of record is kept: read from the policy in force, as days, never sooner than it says."""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

_DAYS = {"Y": 366, "M": 31, "W": 7, "D": 1}
_PART = re.compile(r"(\d+)([YMWD])")
_WHOLE = re.compile(r"P(\d+[YMWD])+")
# Until a district's policy has been read nothing may be thought expired: ten years.
UNKNOWN_DAYS = 3660
GRACE_DAYS = 30
LAST_ON = date(2147, 12, 18)  # the last day ClickHouse's Date is sure to hold, day 65,000


class Schedule(msgspec.Struct, frozen=True):
    """Days to keep each class of record."""

    events: int = UNKNOWN_DAYS
    raw: int = UNKNOWN_DAYS
    violations: int = UNKNOWN_DAYS
    dead_letters: int = UNKNOWN_DAYS


class _Pack(msgspec.Struct):
    retention: dict[str, str] = {}


def days(duration: str) -> int:
    """An ISO 8601 duration of years, months, weeks and days in days, a year as 366 and a month as 31."""
    if not _WHOLE.fullmatch(duration):
        raise ValueError(f"not a duration of years, months, weeks or days: {duration!r} (P7Y, P90D)")
    return sum(int(number) * _DAYS[unit] for number, unit in _PART.findall(duration))


def schedule(pack: bytes | str) -> Schedule:
    """The schedule of a policy pack's JSON; raises msgspec.DecodeError or ValueError on what is none."""
    stated = msgspec.json.decode(pack, type=_Pack).retention
    return Schedule(**{name: days(stated[name]) for name in Schedule.__struct_fields__ if name in stated})


def expires_on(happened_on: date, stored_on: date, keep_days: int) -> date:
    """The day a record may be deleted: its term after it happened, never within `GRACE_DAYS` of storing it.

    What claims to come from the future begins its term when stored. `events` says the same in SQL (migration 0001).
    """
    keep = min(keep_days, 60_000)
    term = min(happened_on, stored_on).toordinal() + keep
    return date.fromordinal(min(max(term, stored_on.toordinal() + min(keep, GRACE_DAYS)), LAST_ON.toordinal()))


class Schedules:
    """The schedule in force in each district, as the policy facts in the log state it."""

    def __init__(self, known: Mapping[str, Schedule] | None = None) -> None:
        self._known = dict(known or {})

    def of(self, district: str) -> Schedule:
        """What holds in `district`; `UNKNOWN_DAYS` for all until its policy has been read."""
        return self._known.get(district, Schedule())

    def learn(self, district: str, row: Mapping[str, str] | None) -> None:
        """Take over a policy fact: column `pack` is the pack as JSON; a row without one changes nothing."""
        if row and "pack" in row:
            self._known[district] = schedule(row["pack"])

"""Longer memory: how much each person of a cohort pulled in each hour of the last weeks. Nothing is kept per event."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import msgspec

from streams.memory.shelf import Shelf

KEPT = 60  # days, the longest window a pack may ask for
Amount = tuple[int, int]  # records, bytes


class CohortDay(msgspec.Struct, array_like=True, gc=False):
    """Of one cohort and school day: local hour -> subject -> [records, bytes]."""

    hours: dict[int, dict[str, list[int]]] = {}


@dataclass(frozen=True, slots=True)
class Usual:
    """What a cohort pulled on the same weekday of the weeks before, in order and without zeros: the bytes of each
    person by local hour, and the records of each person and day."""

    cohort: str = ""
    hourly_bytes: Mapping[int, list[int]] = field(default_factory=dict)
    daily_records: list[int] = field(default_factory=list)


def percentile(ordered: list[int], percent: float) -> int:
    """The nearest-rank percentile of amounts in order; raises IndexError where there are none."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


class Volumes:
    """One detection's amounts, by cohort and school day."""

    def __init__(self, detection: str) -> None:
        self.days = Shelf(f"volume-{detection}", CohortDay, CohortDay)
        self.newest = ""
        self._usual: dict[tuple[str, date, int], Usual] = {}  # what was asked for; only a memo
        self._asked = ""  # the latest day that it was asked for
        self._reopened: set[str] = set()

    def add(self, cohort: str, day: str, hour: int, subject: str, amount: Amount) -> bool:
        """Count an amount; whether an older day than the newest changed, for the first time since `reopened`."""
        counted = self.days.at(f"{day}|{cohort}").hours.setdefault(hour, {}).setdefault(subject, [0, 0])
        counted[0] += amount[0]
        counted[1] += amount[1]
        self.newest = max(self.newest, day)
        if day < self._asked:  # what was asked of a later day may rest on this one
            self._usual.clear()
        news = day < self.newest and day not in self._reopened
        if news:
            self._reopened.add(day)
        return news

    def reopened(self) -> None:
        """The cases of later days have been judged again."""
        self._reopened.clear()

    def usual(self, cohort: str, day: date, window: int) -> Usual:
        """The same weekday of the `window` days before `day`."""
        asked = (cohort, day, window)
        if asked not in self._usual:
            self._usual[asked] = self._worked_out(*asked)
            self._asked = max(self._asked, day.isoformat())
        return self._usual[asked]

    def _worked_out(self, cohort: str, day: date, window: int) -> Usual:
        hours: dict[int, list[int]] = {}
        days: list[int] = []
        for weeks in range(7, window + 1, 7):
            known = self.days.items.get(f"{date.fromordinal(day.toordinal() - weeks).isoformat()}|{cohort}")
            if known is not None:
                _take(known, hours, days)
        return Usual(cohort, {hour: sorted(sizes) for hour, sizes in hours.items()}, sorted(days))

    def forget(self, oldest: str) -> None:
        """Drop what is older than the day `oldest`."""
        self._usual.clear()
        for key in [key for key in self.days.items if key < oldest]:
            self.days.drop(key)


def _take(known: CohortDay, hours: dict[int, list[int]], days: list[int]) -> None:
    records: dict[str, int] = {}
    for hour, people in known.hours.items():
        hours.setdefault(hour, []).extend(size for _, size in people.values() if size)
        for subject, (count, _) in people.items():
            records[subject] = records.get(subject, 0) + count
    days.extend(count for count in records.values() if count)

"""When a legal clock is due: pure counting of days, with every day that was skipped and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from model.law.rule import Holidays, Rule
from model.law.whole import Law

DAY = timedelta(days=1)
_WEEKEND = (5, 6)
Closed = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that did not count, or that the last day rolled over."""

    day: date
    why: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One rule, started by one day. `due` is None where `why` says that no day can be named."""

    rule_id: str
    rule: Rule
    trigger: date
    due: date | None = None
    why: str | None = None
    first_day: date | None = None
    rolled: bool = False
    skipped: tuple[Skipped, ...] = ()


def as_row(found: Clock) -> dict[str, object]:
    """A clock as JSON; the keys are a public contract."""
    rule = found.rule
    return {
        **{"rule": found.rule_id, "trigger": found.trigger, "due": found.due, "count": rule.count, "unit": rule.unit},
        **{"first_day": found.first_day, "rolled": found.rolled, "skipped": found.skipped, "why": found.why},
        **{"means": rule.means, "title": rule.title, "starts": rule.starts, "tell": rule.tell, "note": rule.note},
        **{"source": rule.source, "status": rule.status, "review_by": rule.review_by},
        **{"effective_from": rule.effective_from, "effective_to": rule.effective_to},
    }


class _ListEnds(Exception):
    """The count left the years that a list of holidays covers."""


def clock(
    law: Law,
    rule_id: str,
    trigger: date,
    office_closed: Closed = lambda _: False,
    *,
    as_if_in_force: bool = False,
) -> Clock:
    """The clock `rule_id` started by `trigger`.

    `office_closed` says on which days the district office is closed (its own calendar); only rules marked `office`
    ask it. `as_if_in_force` counts a rule that is proposed, or does not hold on that day, as if it were law then.
    Raises KeyError for a rule that does not exist.
    """
    rule = law.rules[rule_id]
    why = (None if as_if_in_force else _not_in_force(rule, trigger)) or (rule.why if rule.count is None else None)
    if why:
        return Clock(rule_id, rule, trigger, why=why)
    count = _Count(rule, law.holidays[rule.holidays] if rule.holidays else None, office_closed)
    try:
        return count.run(rule_id, trigger)
    except _ListEnds as ended:
        return Clock(rule_id, rule, trigger, why=str(ended))


def _not_in_force(rule: Rule, trigger: date) -> str | None:
    """Why a rule does not bind on that day, or None where it does."""
    if rule.status == "proposed":
        return f"not law as far as we know: {rule.note or rule.source}"
    if rule.effective_from and trigger < rule.effective_from:
        return f"in force only from {rule.effective_from}"
    if rule.effective_to and trigger > rule.effective_to:
        return f"in force only until {rule.effective_to}"
    return None


class _Count:
    """One count: it remembers what it skipped."""

    def __init__(self, rule: Rule, holidays: Holidays | None, office_closed: Closed) -> None:
        self.rule = rule
        self.holidays = holidays
        self.office_closed = office_closed
        self.skipped: list[Skipped] = []

    def run(self, rule_id: str, trigger: date) -> Clock:
        anchor = self._anchor(trigger)
        first, due = self._counted(anchor)
        rolled = self.rule.roll and self._no_business(due) is not None
        if rolled:
            due = self._next_business_day(due - DAY)
        skipped = tuple(sorted(set(self.skipped), key=lambda skip: skip.day))
        return Clock(rule_id, self.rule, trigger, due, None, first, rolled, skipped)

    def _anchor(self, trigger: date) -> date:
        match self.rule.anchor:
            case "next_open_day":
                return self._next_business_day(trigger - DAY)
            case "year_end":
                return date(trigger.year, 12, 31)
            case "school_year_end":
                return date(trigger.year + (trigger.month > 6), 6, 30)
        return trigger

    def _counted(self, anchor: date) -> tuple[date, date]:
        """The first day that counts, and the last."""
        count = self.rule.count or 0
        if self.rule.unit == "business_days":
            first = day = self._next_business_day(anchor)
            for _ in range(count - 1):
                day = self._next_business_day(day)
            return first, day
        if self.rule.unit == "years":
            return anchor + DAY, _years_after(anchor, count)
        if self.rule.unit == "july_firsts":
            return anchor + DAY, date(anchor.year + (anchor >= date(anchor.year, 7, 1)) + count - 1, 7, 1)
        if self.rule.unit == "year_ends":
            return anchor + DAY, date(anchor.year + (anchor >= date(anchor.year, 12, 31)) + count - 1, 12, 31)
        return anchor + DAY, anchor + timedelta(days=count)

    def _next_business_day(self, after: date) -> date:
        for day in _days_after(after):
            why = self._no_business(day)
            if why is None:
                return day
            self.skipped.append(Skipped(day, why))
        raise AssertionError("days do not end")

    def _no_business(self, day: date) -> str | None:
        """Why a day is no business day, or None where it is one."""
        if self.holidays and day.year not in self.holidays.years:
            years = self.holidays.years
            raise _ListEnds(
                f"the list of holidays {self.rule.holidays} covers {years[0]} to {years[-1]} only; "
                f"add {day.year} to policies/law"
            )
        named = self.holidays.days.get(day) if self.holidays else None
        closed = "the office is closed" if self.rule.office and self.office_closed(day) else None
        return named or ("weekend" if day.weekday() in _WEEKEND else None) or closed


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += DAY
        yield day


def _years_after(day: date, years: int) -> date:
    """The same date some years on; February 29 becomes March 1, the later day, where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)

"""Rows by key and time, at the price of a dict hit: what holds at an instant, the newest first."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from model.reference.fold import ALWAYS, EVER
from model.reference.rows import Row

R = TypeVar("R", bound=Row)
Spans = tuple[tuple[int, int, R], ...]


class Lookup(dict[str, Spans[R]], Generic[R]):
    """A dict that finds what it lacks and remembers the answer, "nothing" too; bounded against hostile keys."""

    def __init__(self, find: Callable[[str], Spans[R]], limit: int = 200_000) -> None:
        super().__init__()
        self._find, self._limit = find, limit

    def __missing__(self, key: str) -> Spans[R]:
        if len(self) >= self._limit:
            self.clear()
        found = self[key] = self._find(key)
        return found


def spans(rows: Iterable[R]) -> Spans[R]:
    """Rows as half-open spans; what began last comes first, then what was learned last."""
    made = [(*_bounds(row), row) for row in rows]
    made.sort(key=lambda span: (span[0], span[2].recorded_at or ALWAYS, span[2].reference, span[1]), reverse=True)
    return tuple(span for span in made if span[0] < span[1])


def _bounds(row: Row) -> tuple[int, int]:
    return ALWAYS if row.valid_from is None else row.valid_from, EVER if row.valid_to is None else row.valid_to


def by_key(rows: Iterable[R], keys: Callable[[R], Iterable[str]]) -> dict[str, list[R]]:
    """The rows under each key; a row may stand under several, and under none twice."""
    found: dict[str, list[R]] = {}
    for row in rows:
        for key in keys(row):
            held = found.setdefault(key, [])
            if key and not (held and held[-1] is row):
                held.append(row)
    found.pop("", None)
    return found


def first(found: Spans[R], at: int) -> R | None:
    """The row that holds at `at`."""
    for start, end, row in found:
        if start <= at < end:
            return row
    return None


def every(found: Spans[R], at: int) -> list[R]:
    """All rows that hold at `at`."""
    return [row for start, end, row in found if start <= at < end]

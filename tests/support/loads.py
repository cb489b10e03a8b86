"""Reference folders of a few lines, loaded once and again, for tests."""

from datetime import datetime
from zoneinfo import ZoneInfo

from model.batch import Fact
from model.reference import Reference
from model.tables import UNREAD
from producers.reference_folder import Load, load

ZONE = ZoneInfo("America/Chicago")
T1 = round(datetime(2026, 3, 4, 12, tzinfo=ZONE).timestamp() * 1000)
T2 = T1 + 86_400_000


def first(**files: str) -> Load:
    return load({f"{name}.csv": text.encode() for name, text in files.items()}, ZONE)


def later(before: Load, at: int = T1, *, delta: bool = False, **files: str) -> Load:
    return load(
        {f"{n}.csv": t.encode() for n, t in files.items()}, ZONE, before=before.shelf, loaded_at=at, delta=delta
    )


def fold(*loads: Load) -> Reference:
    reference = Reference()
    for fact in [fact for one in loads for fact in one.facts]:
        reference.apply(fact)
    return reference


def said(loaded: Load) -> list[str]:
    return [str(problem) for problem in loaded.problems]


def rows(loaded: Load) -> list[Fact]:
    return [fact for fact in loaded.facts if fact.key and fact.table != UNREAD.name]

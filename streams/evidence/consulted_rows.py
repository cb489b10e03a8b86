"""A reference row as evidence shows it: what it says, when it held, since when it was known, and the test it failed."""

from model.event import format_ms
from model.reference import Row
from model.violation import Consulted


def consulted(row: Row, says: str, failed: str | None = None) -> Consulted:
    """The row as a judgment used or weighed it."""
    return Consulted(
        reference=row.reference,
        says=says,
        valid_from=_text(row.valid_from),
        valid_to=_text(row.valid_to),
        recorded_at=_text(row.recorded_at),
        failed=failed,
    )


def _text(at: int | None) -> str | None:
    return None if at is None else format_ms(at)

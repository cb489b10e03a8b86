"""Rows of the district's tables as stored: what can be read, and of what cannot a sentence that says which row it is.

Our own processes store no row that cannot be read; somebody changed such a one, and `ledger verify` names it.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec
import structlog

from model.batch import Fact
from model.reference.reading import READ, read_row

Tell = Callable[[str], None]
log = structlog.get_logger("storage")


class FactRow(msgspec.Struct):
    """A row as the store answers it."""

    table: str
    key: str
    row: str
    valid_from: int | None = None
    valid_to: int | None = None
    recorded_at: int | None = None


def warned(said: str) -> None:
    """Says it in the program's own log, on stderr."""
    log.warning(said)


def fact_of(stored: FactRow, tell: Tell = warned, whole: bool = False) -> Fact | None:
    """The fact; None, and `tell` is told, where the row cannot be read. `whole`: as what its table holds, too."""
    try:
        content = msgspec.json.decode(stored.row, type=dict[str, str]) if stored.row else None
        fact = Fact(
            table=stored.table,
            key=stored.key,
            row=content,
            valid_from=stored.valid_from,
            valid_to=stored.valid_to,
            recorded_at=stored.recorded_at,
        )
        if whole:
            _check(fact)
    except (msgspec.MsgspecError, KeyError, ValueError, TypeError) as error:
        tell(unreadable(stored, error))
        return None
    return fact


def unreadable(stored: FactRow, error: Exception) -> str:
    """The sentence about a row that cannot be read."""
    why = f"it has no {error.args[0]}" if isinstance(error, KeyError) and error.args else str(error)
    return (
        f"The stored row {stored.table}:{stored.key} cannot be read ({why[:200]}), and counts as absent."
        " `hallmonitor ledger verify` tells whether it was changed."
    )


def _check(fact: Fact) -> None:
    """Raises where nobody could make of it what its table holds."""
    if fact.row is None:
        return
    if fact.table in READ:
        read_row(fact)
    elif fact.table == "district":
        ZoneInfo(fact.row["timezone"])
    elif fact.table == "policy":
        msgspec.json.decode(fact.row["pack"], type=dict[str, object])

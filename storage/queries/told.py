"""The rows of the district's tables as they were last told, with the time for which each holds."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from storage.client import Store
from storage.queries.facts import FactRow, fact_of
from storage.queries.where import Where


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One row. Times are milliseconds since the epoch, `valid_to` exclusive; None is open."""

    table: str
    key: str
    row: dict[str, str]
    valid_from: int | None
    valid_to: int | None

    def holds(self, at_ms: int) -> bool:
        """Whether it holds at an instant."""
        return (self.valid_from is None or self.valid_from <= at_ms) and (
            self.valid_to is None or at_ms < self.valid_to
        )


class Changed(msgspec.Struct, frozen=True):
    """When an account's password was last changed or set anew."""

    whose: str
    at: str


_SQL = """SELECT `table`, key, told.1 AS row, told.2 AS valid_from, told.3 AS valid_to FROM
 (SELECT `table`, key, argMax(tuple(row, valid_from, valid_to), (version, log_line)) AS told FROM reference {where}
 GROUP BY `table`, key) WHERE row != '' ORDER BY `table`, key"""
_PASSWORDS = """SELECT if(target_account != '', target_account, account) AS whose, max(occurred_at) AS at FROM events
 FINAL {where} GROUP BY whose HAVING whose != '' ORDER BY whose"""


def told(store: Store, district: str, tables: Sequence[str]) -> list[Told]:
    """Every row of these tables that was not taken back."""
    where = Where(district).among("`table`", tables)
    found = map(fact_of, store.rows(_SQL.format(where=where), FactRow, where.parameters))
    return [
        Told(table=one.table, key=one.key, row=one.row, valid_from=one.valid_from, valid_to=one.valid_to)
        for one in found
        if one and one.row is not None
    ]


def passwords(store: Store, district: str, until: datetime) -> dict[str, str]:
    """By account: the last change before an instant."""
    where = Where(district).among("action", ("password.changed", "password.reset")).between("occurred_at", None, until)
    found = store.rows(_PASSWORDS.format(where=where), Changed, where.parameters)
    return {one.whose: one.at for one in found}

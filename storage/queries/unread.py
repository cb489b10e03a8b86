"""What could not be read of a district's tables, or is in doubt, when they were last loaded, and is not known since."""

import msgspec

from model.reference import Unread
from model.reference.reading import read_row
from model.tables import TABLES, UNREAD
from storage.client import Store
from storage.queries.facts import FactRow, fact_of
from storage.queries.where import Where


class _Told(msgspec.Struct):
    key: str
    content: str
    ended: bool


_SQL = """SELECT key, argMax(row, (version, log_line)) AS content,
 toBool(argMax(isNotNull(valid_to), (version, log_line))) AS ended FROM reference {where}
 GROUP BY key ORDER BY key {limit}"""


def unread(store: Store, district: str) -> list[Unread]:
    """By table; one that a later load has read well is not among them."""
    where = Where(district).equal("`table`", UNREAD.name)
    told = store.rows(_SQL.format(where=where, limit=where.limit(len(TABLES))), _Told, where.parameters)
    facts = (fact_of(FactRow(UNREAD.name, one.key, one.content), whole=True) for one in told if not one.ended)
    return [row for fact in facts if fact and isinstance(row := read_row(fact), Unread)]

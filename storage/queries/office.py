"""The district's own calendar as stored: the days on which its office is closed."""

from zoneinfo import ZoneInfo

import msgspec

from model.batch import Fact
from model.calendar import Calendar
from model.reference import Reference
from storage.client import Store
from storage.queries.where import Where


class _Row(msgspec.Struct):
    table: str
    key: str
    row: str
    valid_from: int | None
    valid_to: int | None
    recorded_at: int | None


def office_calendar(store: Store, district: str, zone: str | ZoneInfo) -> Calendar:
    """The calendar as the tables `calendar` and `orgs` last told it. Raises `Unavailable`."""
    where = Where(district).among("`table`", ["calendar", "orgs"])
    columns = "`table`, key, row, valid_from, valid_to, recorded_at"
    reference = Reference()
    for row in store.rows(
        f"SELECT {columns} FROM reference FINAL {where} ORDER BY version, log_line", _Row, where.parameters
    ):
        content = msgspec.json.decode(row.row, type=dict[str, str]) if row.row else None
        times = {"valid_from": row.valid_from, "valid_to": row.valid_to, "recorded_at": row.recorded_at}
        reference.apply(Fact(table=row.table, key=row.key, row=content, **times))
    return Calendar(reference, zone)

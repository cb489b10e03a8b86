"""The district's own calendar as stored: the days on which its office is closed."""

from zoneinfo import ZoneInfo

from model.calendar import Calendar
from model.reference import Reference
from storage.client import Store
from storage.queries.facts import FactRow, fact_of
from storage.queries.where import Where


def office_calendar(store: Store, district: str, zone: str | ZoneInfo) -> Calendar:
    """The calendar as the tables `calendar` and `orgs` last told it. Raises `Unavailable`."""
    where = Where(district).among("`table`", ["calendar", "orgs"])
    columns = "`table`, key, row, valid_from, valid_to, recorded_at"
    reference = Reference()
    sql = f"SELECT {columns} FROM reference FINAL {where} ORDER BY version, log_line"
    for row in store.rows(sql, FactRow, where.parameters):
        if fact := fact_of(row, whole=True):
            reference.apply(fact)
    return Calendar(reference, zone)

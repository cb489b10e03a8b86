"""How many people sat at each device each day: on that rests the question whether a device is really one person's."""

from datetime import datetime

import msgspec

from storage.client import Store
from storage.queries.hours import Unsettled, settled, standing
from storage.queries.where import APART, Where

# Services, tasks, shares and runas are nobody who sat down.
_DESKS = "('', 'interactive', 'cached', 'remote', 'unlock')"
AT_THE_DEVICE = ("account.logged_on", "session.unlocked", "session.reconnected")


class DayOfDevice(msgspec.Struct, frozen=True):
    """The people that signed in at a device on one local day (`2026-03-04`)."""

    device_id: str
    day: str
    people: list[str]


_SQL = """SELECT device_id, toString(toDate(occurred_at, {zone})) AS day,
 arraySort(groupUniqArray(1000)(person)) AS people FROM {rows}
 GROUP BY device_id, day ORDER BY device_id, day SETTINGS {apart}"""


def sat_at(store: Store, district: str, zone: str, since: datetime | None, until: datetime | None) -> list[DayOfDevice]:
    """Each day of [since, until) on which somebody signed in at a device; by devices and days."""
    where = Where(district).among("action", AT_THE_DEVICE)
    where.equal("outcome", "success").that(f"device_id != '' AND person != '' AND logon_type IN {_DESKS}")
    zoned = where.bind(zone, "String")

    def ask(hours: Unsettled) -> list[DayOfDevice]:
        sql = _SQL.format(zone=zoned, rows=standing(where, hours, since, until), apart=APART)
        return store.rows(sql, DayOfDevice, where.parameters)

    return settled(store, ask)

"""What the tests of incidents share: a district of a few people in three states, uses as values, an incident."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from casework.incidents.context import Context, context_of
from casework.incidents.incident import Incident
from casework.incidents.scope import Scope, scope
from model.batch import Fact
from model.event import format_ms
from storage.queries.incidents import Extent, Use
from storage.queries.sources import Spell
from tests.support.small_district import at_ms, fact, facts

ZONE = ZoneInfo("America/Chicago")
DISTRICT = "maple-falls"
SIS = "sis.maple.example"
HOME, ABROAD = "198.51.100.7", "203.0.113.9"
AS_OF = datetime(2026, 3, 20, 12, tzinfo=UTC)
TABLES: dict[str, list[dict[str, Any]] | None] = {
    "users": [
        {"sourcedId": "t1", "givenName": "Tess", "familyName": "Bell", "username": "tbell"},
        {"sourcedId": "s1", "givenName": "Ana", "familyName": "Ruiz", "username": "aruiz"},
        {"sourcedId": "s2", "givenName": "Bo", "familyName": "Lind", "username": "blind", "state": "MA"},
        {"sourcedId": "s3", "givenName": "Cy", "familyName": "Moss", "username": "cmoss", "state": "WA"},
    ],
    "roles": [
        {"sourcedId": "r0", "userSourcedId": "t1", "role": "teacher", "orgSourcedId": "hs"},
        *({"sourcedId": f"r{n}", "userSourcedId": f"s{n}", "role": "student", "orgSourcedId": "hs"} for n in (1, 2, 3)),
    ],
    "orgs": [{"sourcedId": "hs", "name": "Maple High", "type": "school"}],
    "accounts": [
        {"account": "tbell", "person": "t1", "kind": "personal"},
        {"account": "vtech", "vendor": "acme", "kind": "vendor"},
    ],
    "vendors": [{"vendor": "acme", "name": "Acme Networks"}],
    "devices": [
        {"device_id": "ipad-7", "class": "assigned", "serial": "SN7", "hostname": "ipad-7"},
        {"device_id": "backup01", "class": "server", "hostname": "backup01.maple.example"},
    ],
    "assignments": [{"device_id": "ipad-7", "person": "t1"}],
    "networks": [
        {"cidr": "10.1.0.0/16", "kind": "site", "org": "hs"},
        {"cidr": "10.250.0.0/24", "kind": "vpn_pool"},
    ],
    "domains": [{"domain": "grades.maple.example", "category": "sis"}],
    "systems": [
        {"system": SIS, "holds": "all_students"},
        {"system": "backup01.maple.example", "holds": "all_students;all_staff"},
    ],
    "approvals": [
        {"approval_id": "A1", "kind": "vendor_access", "vendor": "acme", "state": "approved", "approver": "pat",
         "approver_role": "ext:it", "valid_from": "2026-03-04T13:00:00", "valid_to": "2026-03-04T15:00:00"},
    ],
}  # fmt: skip


def ms(text: str) -> int:
    """`2026-03-04 10:00` on the district's wall as ms."""
    return at_ms(text if len(text) > 16 else f"{text}:00", ZONE)


def use(number: int, at: str, action: str = "account.logged_on", **said: Any) -> Use:
    """A use of tbell at a local time."""
    whole = {"account": "tbell", "outcome": "success", "category": "auth", "source_id": "dc1", **said}
    return Use(event_id=f"e{number}", at=ms(at), action=action, **whole)


class Listed:
    """The same questions as `storage.queries.incidents.Uses`, asked of a list."""

    def __init__(self, uses: Iterable[Use]) -> None:
        self._uses = sorted(uses, key=lambda one: (one.at, one.event_id))

    def of_account(self, account: str) -> list[Use]:
        plain = account.partition("@")[0].lower()
        return [one for one in self._uses if plain in (one.account, one.target_account)]

    def of_accounts(self, accounts: Sequence[str]) -> list[Use]:
        return [one for one in self._uses if one.account in accounts or one.target_account in accounts]

    def of_device(self, device_id: str) -> list[Use]:
        return [one for one in self._uses if one.device_id == device_id]

    def of_system(self, names: Sequence[str]) -> list[Use]:
        told = ("domain", "destination", "reporter", "device", "device_id")
        return [one for one in self._uses if any(getattr(one, column).lower() in names for column in told)]


def incident(
    kind: str = "account", subject: str = "tbell", discovered: str = "2026-03-06 08:30", **said: Any
) -> Incident:
    """An incident that Prue opened."""
    whole: dict[str, Any] = {
        "incident_id": "i1", "district": DISTRICT, "discovered_by": "Tess Bell", "text": "Clicked a link",
        "opened_by": "prue", "opened_at": "2026-03-06T15:00:00.000Z", "hold_id": "h1", **said,
    }  # fmt: skip
    return Incident(kind=kind, subject=subject, discovered_at=format_ms(ms(discovered)), **whole)


def district(
    spells: Sequence[tuple[str, str, str]] = (), tables: dict[str, Any] | None = None, **settings: str
) -> Context:
    """The district as of March 20; `spells` are silences: source, from, to (local)."""
    told = district_facts(tables, **settings)
    found = [Extent("dc1", ms("2026-02-01 00:00"), ms("2026-03-10 00:00"), ("auth", "vpn", "proxy")),
             Extent("filter", ms("2026-02-01 00:00"), ms("2026-03-10 00:00"), ("proxy",))]  # fmt: skip
    silent = [Spell(DISTRICT, source, format_ms(ms(since)), format_ms(ms(until))) for source, since, until in spells]
    return context_of(DISTRICT, told, found, silent, AS_OF)


def district_facts(tables: dict[str, Any] | None = None, **settings: str) -> list[Fact]:
    """All that the district says of itself."""
    return [*(_settled(one, settings) for one in _settings()), *_rows({**TABLES, **(tables or {})})]


@cache
def _settings() -> tuple[Fact, ...]:
    return tuple(facts({}, ZONE))


def _rows(tables: dict[str, list[dict[str, Any]] | None]) -> list[Fact]:
    kept = {table: rows for table, rows in tables.items() if rows is not None}
    return [
        one
        for table, rows in kept.items()
        for one in (Fact(table=table, key=""), *(fact(table, row, ZONE) for row in rows))
    ]


def _settled(fact: Fact, settings: dict[str, str]) -> Fact:
    if fact.table != "district":
        return fact
    row = {**(fact.row or {}), "name": "Maple Falls", "realms": "maple.example;maple", **settings}
    return Fact(table="district", key=fact.key, row=row)


def scoped(uses: Iterable[Use], one: Incident | None = None, place: Context | None = None) -> Scope:
    """The scope that these uses amount to."""
    return scope(Listed(uses), one or incident(), place or district())


def at(moment: int | None) -> str | None:
    """A moment on the district's wall, to the minute."""
    return None if moment is None else datetime.fromtimestamp(moment / 1000, ZONE).strftime("%Y-%m-%d %H:%M")


def bounds(found: Scope) -> list[str | None]:
    """Earliest possible, earliest proven, latest proven, latest possible."""
    one = found.exposure
    moments = (one.earliest_possible, one.earliest_proven, one.latest_proven, one.latest_possible)
    return [at(moment) for moment in moments]

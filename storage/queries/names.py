"""What the reference tables call things: a person's name behind an id, and which ids stand behind a name."""

from collections.abc import Iterable

import msgspec

from model.reference import folded
from model.violation import Violation
from storage.client import Store
from storage.queries.where import MOST, Where


class Named(msgspec.Struct, frozen=True):
    """A thing of the district's own tables: what kind it is, its id, and how people call it."""

    kind: str  # person, device, account, vendor, site
    id: str
    name: str
    owner: str = ""  # of an account: the id of the person or company it belongs to


# As last told: a label for a reader, never evidence. An ended row keeps its name.
_NAMED = """SELECT kind, id, name, owner FROM (SELECT
 transform(`table`, ['users', 'devices', 'accounts', 'vendors', 'orgs'],
  ['person', 'device', 'account', 'vendor', 'site'], '') AS kind, key AS id,
 argMaxIf(row, (version, log_line), row != '') AS told,
 trimBoth(multiIf(
  `table` = 'users', concat(JSONExtractString(told, 'givenName'), ' ', JSONExtractString(told, 'familyName')),
  `table` = 'devices', concat(JSONExtractString(told, 'class'), ' ', JSONExtractString(told, 'hostname')),
  `table` = 'accounts', concat(JSONExtractString(told, 'kind'), ' account'),
  JSONExtractString(told, 'name'))) AS name,
 if(`table` != 'accounts', '', if(JSONExtractString(told, 'vendor') != '', JSONExtractString(told, 'vendor'),
  JSONExtractString(told, 'person'))) AS owner
 FROM (SELECT district, `table`, splitByChar('@', key)[1] AS key, row, version, log_line FROM reference
 {where}) GROUP BY district, `table`, key) {having} ORDER BY kind, name, id {limit}"""
_IDS = ("username", "email", "serial", "mac")  # what else a thing is called by; no other column is searched
_TABLES = ["users", "devices", "accounts", "vendors", "orgs"]


def named(store: Store, district: str | None, ids: Iterable[str]) -> dict[tuple[str, str], str]:
    """What people call the things of these ids, by kind and id; one that is not in the tables is left out.

    An account is called after its owner: `personal account of Tess Bell`.
    """
    return {(one.kind, one.id): one.name for one in _owned(store, district, _named(store, district, set(ids)))}


def _owned(store: Store, district: str | None, found: list[Named]) -> list[Named]:
    """The same, each account called after its owner."""
    owners = _named(store, district, {one.owner for one in found if one.owner})
    called = {one.id: one.name for one in owners if one.kind in ("person", "vendor")}
    return [
        msgspec.structs.replace(one, name=f"{one.name} of {called.get(one.owner, one.owner)}") if one.owner else one
        for one in found
    ]


def _named(store: Store, district: str | None, ids: set[str]) -> list[Named]:
    wanted = sorted(ids)[:MOST]
    if not wanted:
        return []
    where = Where(district).among("`table`", _TABLES)
    where.that(f"splitByChar('@', key)[1] IN {where.bind(wanted, 'Array(String)')}")
    sql = _NAMED.format(where=where, having="WHERE name != ''", limit=where.limit(MOST))
    return store.rows(sql, Named, where.parameters)


def called_in(store: Store, v: Violation) -> dict[tuple[str, str], str]:
    """What people call the things that a violation and its exhibits name."""
    ids = [v.person, v.account, v.device_id, v.vendor]
    ids += [one for e in v.evidence.exhibits for one in (e.person, e.account, e.device_id, e.site)]
    return named(store, v.district, [one for one in ids if one])


def known_as(store: Store, district: str | None, text: str, limit: int = 50) -> list[Named]:
    """The people, devices, accounts and vendors whose name or ids hold `text` (`*` stands for any text).

    Only A to Z are folded: ClickHouse's `lower` leaves look-alike letters what they are, as ours does.
    """
    where = Where(district).among("`table`", _TABLES)
    inner = str(where)
    escaped = folded(text.strip("* ")).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%")
    like = where.bind(f"%{escaped}%", "String")
    told = ["name", "id", *(f"JSONExtractString(told, '{column}')" for column in _IDS)]
    having = "WHERE " + " OR ".join(f"lower({column}) LIKE {like}" for column in told)
    sql = _NAMED.format(where=inner, having=having, limit=where.limit(limit))
    return _owned(store, district, store.rows(sql, Named, where.parameters))

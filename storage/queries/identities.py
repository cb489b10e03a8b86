"""By what the district's tables call each person: ids, names, user names, mail addresses, accounts; and their roles."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from storage.client import Store
from storage.queries.where import Where

PEOPLE = ("users", "roles", "accounts")  # the tables that say who somebody is
# As last told: who has left is still known by what the log recorded of them.
_TOLD = """SELECT district, key, argMaxIf(row, (version, log_line), row != '') AS told FROM reference {where}
 GROUP BY district, key"""
_USERS = f"""SELECT district, JSONExtractString(told, 'sourcedId') AS person,
 arrayMap(name -> JSONExtractString(told, name), ['givenName', 'preferredGivenName']) AS given,
 arrayMap(name -> JSONExtractString(told, name), ['familyName', 'preferredFamilyName']) AS family,
 arrayMap(name -> JSONExtractString(told, name), ['username', 'email']) AS accounts,
 toBool(JSONExtractString(told, 'grades') != '') AS in_grade FROM ({_TOLD})"""
_ROLES = f"""SELECT district, JSONExtractString(told, 'userSourcedId') AS person,
 groupUniqArray(JSONExtractString(told, 'role')) AS names FROM ({_TOLD}) GROUP BY district, person"""
_ACCOUNTS = f"""SELECT district, JSONExtractString(told, 'person') AS person,
 groupUniqArray(JSONExtractString(told, 'account')) AS names FROM ({_TOLD}) GROUP BY district, person"""

Row = TypeVar("Row", bound=msgspec.Struct)


class Identity(msgspec.Struct, frozen=True):
    """A person and every text that stands for them alone."""

    district: str
    person: str
    given: list[str]
    family: list[str]
    accounts: list[str]
    in_grade: bool = False
    roles: list[str] = []


class _Names(msgspec.Struct):
    district: str
    person: str
    names: list[str]


class _Stamp(msgspec.Struct):
    version: int
    rows: int


def identities(store: Store, districts: Sequence[str]) -> list[Identity]:
    """Everybody of these districts (none: of all) whom the tables know, each once."""
    users = store.rows(*_asked(_USERS, "users", districts, Identity))
    roles = {(one.district, one.person): one.names for one in store.rows(*_asked(_ROLES, "roles", districts, _Names))}
    owned = store.rows(*_asked(_ACCOUNTS, "accounts", districts, _Names))
    accounts = {(one.district, one.person): one.names for one in owned if one.person}
    known = {(one.district, one.person) for one in users}
    strangers = [Identity(*whose, [], [], []) for whose in {*roles, *accounts} - known if whose[1]]
    return [
        msgspec.structs.replace(
            one,
            accounts=[*one.accounts, *accounts.get((one.district, one.person), [])],
            roles=roles.get((one.district, one.person), []),
        )
        for one in [*users, *strangers]
    ]


def stamp(store: Store, districts: Sequence[str]) -> tuple[int, int]:
    """Changes whenever what the tables of these districts say of people does; a search that is told changes nothing."""
    where = Where().among("`table`", PEOPLE).among("district", districts)
    sql = f"SELECT max(version) AS version, count() AS rows FROM reference {where}"
    (found,) = store.rows(sql, _Stamp, where.parameters)
    return found.version, found.rows


def _asked(sql: str, table: str, districts: Sequence[str], kind: type[Row]) -> tuple[str, type[Row], dict[str, Any]]:
    where = Where().equal("`table`", table).among("district", districts)
    return sql.format(where=where), kind, where.parameters

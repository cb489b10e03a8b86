"""Where somebody stands: which people, accounts and vendors of the district's tables they are or answer for."""

import msgspec

from model.reference import account_parts, folded
from storage.client import Store
from storage.queries.where import MOST, Where

# As last told, and not ended.
_TOLD = """SELECT district, `table`, splitByChar('@', key)[1] AS id, argMax(row, (version, log_line)) AS told
 FROM reference {where} GROUP BY district, `table`, key HAVING told != ''"""
_PEOPLE = """SELECT DISTINCT if(`table` = 'users', id, JSONExtractString(told, 'person')) AS id FROM ({told})
 WHERE `table` = 'accounts' AND lower(JSONExtractString(told, 'account')) IN {names}
 OR `table` = 'users' AND (lower(JSONExtractString(told, 'username')) IN {names}
 OR lower(JSONExtractString(told, 'email')) IN {names}) {limit}"""
_NAMES = """SELECT DISTINCT arrayJoin(if(`table` = 'users',
 [JSONExtractString(told, 'username'), JSONExtractString(told, 'email')], [JSONExtractString(told, 'account')])) AS id
 FROM ({told}) WHERE if(`table` = 'users', id, JSONExtractString(told, 'person')) IN {people} {limit}"""
_ACCOUNTS = """SELECT DISTINCT JSONExtractString(told, 'account') AS id FROM ({told})
 WHERE JSONExtractString(told, 'person') IN {people} {limit}"""
_VENDORS = """SELECT DISTINCT id FROM ({told}) WHERE JSONExtractString(told, 'sponsor') IN {people}
 OR JSONExtractString(told, 'project_manager') IN {people} {limit}"""


class _Id(msgspec.Struct):
    id: str


def people_called(store: Store, name: str) -> list[str]:
    """The ids of the people whose account, user name or address is `name`."""
    where = Where().among("`table`", ("accounts", "users"))
    plain = account_parts(name)[0] or name
    return _ids(store, _PEOPLE, where, names=[*{folded(name), folded(plain)}])


def names_called(store: Store, people: list[str]) -> list[str]:
    """The accounts, user names and addresses of these people, in small letters, and the plain name of each."""
    found = _ids(store, _NAMES, Where().among("`table`", ("accounts", "users")), people=people)
    return sorted({folded(name) for one in found for name in (one, account_parts(one)[0] or one)})


def accounts_of(store: Store, people: list[str]) -> list[str]:
    """The accounts of these people, by their plain names in small letters, as events and violations write them."""
    found = _ids(store, _ACCOUNTS, Where().among("`table`", ("accounts",)), people=people)
    return sorted({account_parts(one)[0] or folded(one) for one in found})


def vendors_of(store: Store, people: list[str]) -> list[str]:
    """The vendors that these people answer for, as sponsor or project manager."""
    return _ids(store, _VENDORS, Where().among("`table`", ("vendors",)), people=people)


def _ids(store: Store, sql: str, where: Where, **lists: list[str]) -> list[str]:
    inner = _TOLD.format(where=where)
    bound = {name: where.bind(values, "Array(String)") for name, values in lists.items()}
    found = store.rows(sql.format(told=inner, limit=where.limit(MOST), **bound), _Id, where.parameters)
    return [one.id for one in found if one.id]

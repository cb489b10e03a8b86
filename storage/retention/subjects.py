"""Whom a hold is about, as stored rows call them: accounts, people, devices, vendors, domains."""

from collections.abc import Collection, Sequence

import msgspec

from model.hold import Hold
from storage.client import Store
from storage.ledger.reading import RAW
from storage.queries.people import holders
from storage.queries.responsive import below
from storage.queries.standing import accounts_of
from storage.queries.where import APART, Where
from storage.stored import AT_ONCE


class _Id(msgspec.Struct):
    id: str


class _Account(msgspec.Struct):
    account: str
    vendor: str


_VENDORS = """SELECT key AS account, JSONExtractString(argMax(row, (version, log_line)), 'vendor') AS vendor
FROM reference WHERE district = {district:String} AND `table` = 'accounts' AND row != '' GROUP BY key"""
_BY_ID = ((RAW, "events FINAL", "event_id"), ("violations", "newest_violations", "violation_id"))


def vendors_of(store: Store, district: str, holds: Sequence[Hold]) -> list[tuple[str, str]]:
    """Account and vendor of each account of a vendor whom a hold names. Raises `Unavailable`."""
    wanted = {vendor for hold in holds for vendor in hold.vendors}
    rows = store.rows(_VENDORS, _Account, {"district": district}) if wanted else []
    return [(row.account.lower(), row.vendor) for row in rows if row.vendor in wanted]


def words_of(store: Store, district: str, hold: Hold, vendors: Sequence[tuple[str, str]]) -> list[str]:
    """What a hold's subjects are called: a person by their accounts, too, and an account by its holder.

    `vendors`: of `vendors_of`. Raises `Unavailable`.
    """
    words = [*hold.accounts, *hold.persons, *hold.devices, *hold.vendors, *hold.domains]
    words += [account for account, vendor in vendors if vendor in hold.vendors]
    words += [person for account in hold.accounts for person in holders(store, district, account)]
    words += accounts_of(store, list(hold.persons)) if hold.persons else []
    return list(dict.fromkeys(words))


def about(
    store: Store, district: str, holds: Sequence[Hold], vendors: Sequence[tuple[str, str]], ids: Collection[str]
) -> frozenset[str]:
    """Those of `ids` that are of stored events or violations about a subject of any of the holds, of whatever time.

    `vendors`: of `vendors_of`. Raises `Unavailable`.
    """
    found: set[str] = set()
    known = list(ids)
    for n in range(0, len(known), AT_ONCE):
        for record_class, table, column in _BY_ID:
            where = Where(district).among(column, known[n : n + AT_ONCE])
            subjects = [one for hold in holds for one in subjects_of(where, hold, record_class, vendors)]
            where.that(" OR ".join(subjects or ["0"]))
            sql = f"SELECT {column} AS id FROM {table} {where} SETTINGS {APART}"
            found.update(row.id for row in store.rows(sql, _Id, where.parameters))
    return frozenset(found)


def subjects_of(where: Where, hold: Hold, record_class: str, vendors: Sequence[tuple[str, str]]) -> list[str]:
    """Conditions of which a row of a class fulfills one if it is about a subject of the hold.

    `vendors`: of `vendors_of`.
    """
    violation = record_class == "violations"
    names = [name.lower() for name in hold.accounts]
    names += [account for account, vendor in vendors if vendor in hold.vendors]
    found: list[str] = []
    for columns, values in (
        (("lower(account)",) if violation else ("lower(account)", "lower(target_account)"), names),
        (("person",), list(hold.persons)),
        (("device_id",) if violation else ("device_id", "device"), list(hold.devices)),
        (("vendor",) if violation else (), list(hold.vendors)),
    ):
        found += [f"{column} IN {where.bind(values, 'Array(String)')}" for column in columns if values]
    if not violation:
        found += [below(where, one) for one in hold.domains]
    return found or (["0"] if hold.vendors or hold.domains else [])

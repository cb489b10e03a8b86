"""Whose account a stored event names, as a condition: `Realms.name_of` in SQL."""

from model.realms import LOCAL_SPEAK, MACHINES_OWN, PUBLIC_MAIL, Realms
from storage.queries.where import Where

_HOSTS = "lower(reporter), lower(device), lower(splitByChar('.', reporter)[1]), lower(splitByChar('.', device)[1])"


def ours(where: Where, realms: Realms) -> str:
    """The condition that the account of a row of `events` is the district's by its realm."""
    machines = where.bind(sorted(MACHINES_OWN), "Array(String)")
    speak = where.bind(sorted(LOCAL_SPEAK), "Array(String)")
    a_machines = f"account_domain IN {machines} OR category IN {speak} AND account_domain IN ({_HOSTS})"
    return f"account_domain = '' OR NOT ({a_machines}) AND ({_held(where, realms)})"


def _held(where: Where, realms: Realms) -> str:
    if realms.names is None:
        return f"account_domain NOT IN {where.bind(sorted(PUBLIC_MAIL), 'Array(String)')}"
    named = f"account_domain IN {where.bind(sorted(realms.names), 'Array(String)')}"
    if realms.declared:
        return named
    suffix = "lower(substring(reporter, position(reporter, '.') + 1))"
    return f"{named} OR position(account_domain, '.') = 0 OR position(reporter, '.') > 0 AND account_domain = {suffix}"

"""Whose account a stored event names, as a condition: `Realms.name_of` in SQL."""

from collections.abc import Iterable

from model.realms import LOCAL_SPEAK, MACHINES_OWN, PUBLIC_MAIL, Realms
from storage.queries.where import Where

_HOSTS = "lower(reporter), lower(device), lower(splitByChar('.', reporter)[1]), lower(splitByChar('.', device)[1])"


def ours(where: Where, realms: Realms, domain: str = "account_domain") -> str:
    """The condition that the account of a row of `events` is the district's by its realm, which is in `domain`."""
    machines = where.bind(sorted(MACHINES_OWN), "Array(String)")
    speak = where.bind(sorted(LOCAL_SPEAK), "Array(String)")
    a_machines = f"{domain} IN {machines} OR category IN {speak} AND {domain} IN ({_HOSTS})"
    return f"{domain} = '' OR NOT ({a_machines}) AND ({_held(where, realms, domain)})"


def shown(where: Where, homes: Iterable[tuple[str, Realms]], account: str, domain: str) -> str:
    """The name under which an account of a row is known, as `account_of` gives it: of the districts `homes` the plain
    name where it is theirs, any other with its realm."""
    told = dict(homes)
    own = [f"district = {where.bind(name, 'String')} AND ({ours(where, one, domain)})" for name, one in told.items()]
    others = f"district NOT IN {where.bind(list(told), 'Array(String)')}"
    own.append(f"{others} AND ({ours(where, Realms(), domain)})")
    mail = f"concat({account}, '@', {domain})"
    machines = f"concat({domain}, '\\\\', {account})"
    dotted = f"position(trim(BOTH '.' FROM {domain}), '.') > 0"
    plain = " OR ".join([f"{account} = ''", f"{domain} = ''", *own])
    return f"multiIf({plain}, {account}, {dotted}, {mail}, {machines})"


def _held(where: Where, realms: Realms, domain: str) -> str:
    if realms.names is None:
        return f"{domain} NOT IN {where.bind(sorted(PUBLIC_MAIL), 'Array(String)')}"
    named = f"{domain} IN {where.bind(sorted(realms.names), 'Array(String)')}"
    if realms.declared:
        return named
    suffix = "lower(substring(reporter, position(reporter, '.') + 1))"
    return f"{named} OR position({domain}, '.') = 0 OR position(reporter, '.') > 0 AND {domain} = {suffix}"

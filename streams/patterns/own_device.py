"""Somebody's own device, by the name that it gave itself when they signed in from it or browsed on it."""

from model.reference import Device, Reference
from streams.seen import Seen

SIGN_INS = frozenset({"account.authenticated", "tunnel.opened"})
_TELLS = SIGN_INS | {"web.requested", "connection.recorded"}


def own_device(seen: Seen, reference: Reference) -> Device | None:
    """The device whose name a record gives, where the tables gave that device to the person behind it; else None.

    A client chooses its name, so the name alone shows nothing; that of the user's own device agrees with the account,
    for which somebody else vouches. Whether a sign-in succeeded is for the caller to ask.
    """
    vouched = seen.account is not None and seen.account_basis != "claimed" and not seen.contradicted
    named = reference.device_named(seen.device or "", seen.at) if vouched and seen.action in _TELLS else None
    owners = {row.person for row in reference.assignees(named.device_id, seen.at)} if named else set()
    return named if seen.person in owners else None

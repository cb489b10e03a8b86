"""Somebody's own device, by the name under which they signed in from it."""

from model.reference import Device, Reference
from streams.seen import Seen

SIGN_INS = frozenset({"account.authenticated", "tunnel.opened"})


def own_device(seen: Seen, reference: Reference) -> Device | None:
    """The device whose name a sign-in gives, where the tables gave that device to whoever signed in; else None.

    A client chooses its name, so the name alone shows nothing; that of the user's own device agrees with what the
    sign-in vouches for. Whether it succeeded is for the caller to ask.
    """
    vouched = seen.account_basis != "claimed" and not seen.contradicted
    named = reference.device_named(seen.device or "", seen.at) if vouched and seen.action in SIGN_INS else None
    owners = {row.person for row in reference.assignees(named.device_id, seen.at)} if named else set()
    return named if seen.person in owners else None

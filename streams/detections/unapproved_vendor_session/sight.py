"""What is remembered of a vendor: its tunnels, and what was done through them."""

from model.policy import Policy
from model.reference import Reference
from streams.patterns.sessions import TUNNEL
from streams.patterns.standing import is_vendors
from streams.patterns.turned_away import REFUSED
from streams.seen import Seen
from streams.sighting import Sighting

ACTIVITY = frozenset({"account.logged_on", "connection.recorded", "web.requested"})
SIGN_IN = "account.authenticated"
_THROUGH = frozenset({"connection.recorded", "web.requested"})


def concerns(seen: Seen, reference: Reference) -> bool:
    """Whether it may be a vendor's: what is known of an account at a site did not come through a tunnel."""
    if seen.action not in _THROUGH:
        return True
    name = seen.account or seen.holder
    known = reference.account(name, seen.at) if name else None
    if known is None or (known.kind == "personal" and seen.site):
        return False
    return is_vendors(known, reference, seen.at)


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """A vendor's tunnel, and what was done through it. An account nobody knows is kept: it may yet be declared."""
    name = seen.account or seen.holder
    refused = seen.action == SIGN_IN
    if refused and (seen.outcome != "failure" or not seen.session_id):
        return None
    if name is None or (seen.outcome == "failure" and seen.action in TUNNEL):
        return None
    known = reference.account(name, seen.at)
    if known is None and seen.action not in TUNNEL:
        return None
    if known is not None and known.kind == "personal" and seen.site and seen.action in _THROUGH:
        return None  # what is at a site did not come through a tunnel; most events end here
    if known is not None and not is_vendors(known, reference, seen.at):
        return None
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=REFUSED if refused else seen.action,
        source_id=seen.source_id,
        account=known.account if known else name,
        person=seen.person,
        device=seen.device,
        address=seen.address,
        reporter=seen.reporter,
        session_id=seen.session_id if refused or seen.action in TUNNEL else None,
        assigned_address=seen.assigned_address,
        destination=seen.destination,
        destination_port=seen.destination_port,
        destination_device_id=seen.destination_device_id,
        domain=seen.domain,
        verdict=seen.verdict,
        outcome=seen.outcome,
        logon_type=seen.logon_type,
        bytes_in=seen.bytes_in or 0,
        bytes_out=seen.bytes_out or 0,
        duration_s=seen.duration_s,
        time_quality=seen.time_quality,
    )


def alike(sighting: Sighting) -> object:
    """Flows to one system run together; tunnels and logons stand by themselves."""
    if sighting.kind in TUNNEL or sighting.kind in ("account.logged_on", REFUSED):
        return sighting.event_id
    where = (sighting.destination, sighting.destination_port, sighting.domain, sighting.destination_device_id)
    return sighting.kind, sighting.address, sighting.verdict, where

"""Somebody at a device, as an event shows it: an input, or what ends one; and what is no sign of anybody.

What a detection remembers of such an event is the same for every question about who used which device when.
"""

from collections.abc import Container
from functools import lru_cache

from model.policy import Policy
from model.reference import Account, Reference
from streams.attribution.desk import act_of
from streams.patterns.usage import CUTS, device_key
from streams.seen import Page, Seen
from streams.sighting import Sighting

# Not the end of a screen saver: whoever bumps the mouse of a locked computer ends it in the name of who locked it.
INPUTS = frozenset({"account.logged_on", "session.unlocked", "session.reconnected"})
SEATS = INPUTS | CUTS | {"web.requested"}
SESSIONS = frozenset({"account.logged_on", "account.logged_off"})  # of many kinds; few are somebody at a desk


def holder(seen: Seen) -> str | None:
    """The account at the device: a sign-in's own; of anything else the record's, or whoever sat there."""
    return seen.account if seen.action in INPUTS else seen.account or seen.holder


def seated(seen: Seen, reference: Reference, policy: Policy, kinds: Container[str]) -> Sighting | None:
    """An input at a device, or what cuts a use, of an account of one of these kinds; None where nobody sat there."""
    name = holder(seen)
    if name is None or seen.outcome == "failure" or is_elsewhere(seen, policy):
        return None
    account = reference.account(name, seen.at)
    return remembered(seen, account) if account and account.kind in kinds else None


def remembered(seen: Seen, account: Account) -> Sighting:
    """What is remembered of it."""
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=seen.action,
        source_id=seen.source_id,
        account=account.account,
        person=account.person,
        device_id=seen.device_id,
        device=seen.device,
        address=seen.address,
        site=seen.site,
        reporter=seen.reporter,
        session_id=seen.session_id,
        logon_type="remote" if seen.logon_type == "unlock" and seen.address else seen.logon_type,  # back by RDP
        assigned_address=seen.assigned_address,
        duration_s=seen.duration_s,
        confidence=seen.confidence,
        taken_at=seen.taken_at,
        time_quality=seen.time_quality,
    )


def is_elsewhere(seen: Seen, policy: Policy) -> bool:
    """Whether it tells nothing of somebody at the device: background traffic, tasks, what another machine says."""
    if seen.action == "web.requested":
        return seen.device_id is None or is_background(seen, policy)
    nobody_sat = seen.action in SESSIONS and act_of(seen.action, seen.logon_type) is None
    return nobody_sat or seen.reporter not in (None, seen.device)


def is_background(seen: Seen | Page, policy: Policy) -> bool:
    """Traffic that needs nobody at the device: updates, sync, whatever the pack lists; and what the filter stopped."""
    if seen.domain is None:
        return not seen.sensitive  # of a page about protected speech it is known that somebody read it
    return _asked_by_itself(seen.domain, policy.detections.shared_account.parameters.background_domains)


@lru_cache(maxsize=65536)
def _asked_by_itself(domain: str, background: tuple[str, ...]) -> bool:
    return any(domain == name or domain.endswith(f".{name}") for name in background)


def alike(sighting: Sighting) -> object:
    """Web requests of one account from one device at one site run together; everything else stands by itself."""
    if sighting.kind == "web.requested":
        return sighting.account, device_key(sighting), sighting.site, sighting.system
    return sighting.event_id

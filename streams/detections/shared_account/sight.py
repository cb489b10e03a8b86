"""What shared_account remembers: inputs at devices, what cuts a use, tunnels of vendors; and what is worth judging."""

from functools import lru_cache

from model.policy import Policy
from model.reference import Reference
from streams.attribution.desk import act_of
from streams.patterns.usage import CUTS, device_key
from streams.seen import Seen
from streams.sighting import Sighting

MINUTE = 60_000
INPUTS = frozenset({"account.logged_on", "session.unlocked", "session.reconnected", "screen_saver.dismissed"})
TUNNELS = frozenset({"tunnel.opened", "tunnel.closed", "tunnel.addressed", "tunnel.reported"})
LISTENS = INPUTS | CUTS | TUNNELS | {"web.requested"}
SESSIONS = frozenset({"account.logged_on", "account.logged_off"})  # of many kinds; few are somebody at a desk


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """An input, or what cuts a use: of a personal account on a device; of a vendor's account, its tunnels."""
    action = seen.action
    name = seen.account if action in INPUTS or action in TUNNELS else seen.account or seen.holder
    if name is None or seen.outcome == "failure" or _is_elsewhere(seen, policy):
        return None
    account = reference.account(name, seen.at)
    if account is None or account.kind != ("vendor" if action in TUNNELS else "personal"):
        return None
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=action,
        source_id=seen.source_id,
        account=account.account,
        person=account.person,
        device_id=seen.device_id,
        device=seen.device,
        address=seen.address,
        site=seen.site,
        session_id=seen.session_id,
        logon_type="remote" if seen.logon_type == "unlock" and seen.address else seen.logon_type,  # back by RDP
        assigned_address=seen.assigned_address,
        duration_s=seen.duration_s,
        confidence=seen.confidence,
        time_quality=seen.time_quality,
    )


def _is_elsewhere(seen: Seen, policy: Policy) -> bool:
    """Whether it tells nothing of somebody at the device: background traffic, tasks, what another machine says."""
    if seen.action == "web.requested":
        return seen.device_id is None or _background(seen, policy)
    if seen.action in TUNNELS:
        return False
    nobody_sat = seen.action in SESSIONS and act_of(seen.action, seen.logon_type) is None
    return nobody_sat or seen.reporter not in (None, seen.device)


def concerns(seen: Seen, reference: Reference) -> bool:
    """Whether it may be an input: web traffic is one of somebody we know, on a device we know."""
    if seen.action != "web.requested":
        return True
    name = seen.account or seen.holder
    account = reference.account(name, seen.at) if name and seen.device_id else None
    return account is not None and account.kind == "personal"


def continues(seen: Seen, policy: Policy) -> bool:
    """Web traffic of somebody whose web traffic was an input a moment ago."""
    return seen.action == "web.requested" and seen.outcome != "failure" and not _background(seen, policy)


def _background(seen: Seen, policy: Policy) -> bool:
    """Traffic that needs nobody at the device: updates, sync, whatever the pack lists; and what the filter stopped."""
    return seen.domain is None or _asked_by_itself(
        seen.domain, policy.detections.shared_account.parameters.background_domains
    )


@lru_cache(maxsize=65536)
def _asked_by_itself(domain: str, background: tuple[str, ...]) -> bool:
    return any(domain == name or domain.endswith(f".{name}") for name in background)


def alike(sighting: Sighting) -> object:
    """Web requests from one device at one site run together; everything else stands by itself."""
    if sighting.kind == "web.requested":
        return device_key(sighting), sighting.site, sighting.system
    return sighting.event_id


def worth_judging(sightings: list[Sighting], policy: Policy) -> bool:
    """Whether two devices or two addresses could have been in use at once, by first and last of each; cheap."""
    if not TUNNELS.isdisjoint([sighting.kind for sighting in sightings]):
        return any(s.address != sightings[0].address or s.device != sightings[0].device for s in sightings)
    if len({sighting.device_id or sighting.device for sighting in sightings}) < 2:
        return False
    spans: dict[str, tuple[int, int]] = {}
    sites = set()
    for sighting in sightings:
        if key := device_key(sighting):
            start, end = spans.get(key, (sighting.at, sighting.until))
            spans[key] = (min(start, sighting.at), max(end, sighting.until))
            sites.add(sighting.site)
    rules = policy.detections.shared_account.parameters
    if len(spans) < 2:
        return False
    return len(spans) >= rules.many_devices_floor or len(sites - {None}) > 1 or _meet(spans, rules.overlap_minutes)


def _meet(spans: dict[str, tuple[int, int]], minutes: int) -> bool:
    """Whether any two of the spans share so many minutes."""
    reached = -(1 << 62)
    for start, end in sorted(spans.values()):
        if min(reached, end) - start >= minutes * MINUTE:
            return True
        reached = max(reached, end)
    return False

"""What shared_account remembers: inputs at devices, what cuts a use, tunnels of vendors; and what is worth judging."""

from collections.abc import Iterator

from model.policy import Policy
from model.reference import Account, Reference
from streams.patterns.seats import SEATS, holder, is_background, is_elsewhere, remembered
from streams.patterns.usage import device_key
from streams.seen import Page, Seen
from streams.sighting import Sighting

MINUTE = 60_000
TUNNELS = frozenset({"tunnel.opened", "tunnel.closed", "tunnel.addressed", "tunnel.reported"})
LISTENS = SEATS | TUNNELS


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """An input, or what cuts a use: of a personal account on a device; of a vendor's account, its tunnels."""
    in_tunnel = seen.action in TUNNELS
    name = seen.account if in_tunnel else holder(seen)
    if name is None or seen.outcome == "failure" or (not in_tunnel and is_elsewhere(seen, policy)):
        return None
    account = reference.account(name, seen.at)
    if account is None or account.kind != ("vendor" if in_tunnel else "personal"):
        return None
    return None if _is_anothers_desk(seen, account, reference) else remembered(seen, account)


def _is_anothers_desk(seen: Seen, account: Account, reference: Reference) -> bool:
    """Whether a filter names the account at a device where the log of the device itself shows another person.

    Filters go on naming whoever logged in before; and two proofs that contradict each other name nobody.
    """
    if seen.sitter is None or seen.action != "web.requested":
        return False
    sitter = reference.account(seen.sitter, seen.at)
    return sitter is not None and sitter.person not in (None, account.person)


def concerns(seen: Seen, reference: Reference) -> bool:
    """Whether it may be an input: web traffic is one of somebody we know, on a device we know."""
    if seen.action != "web.requested":
        return True
    name = seen.account or seen.holder
    account = reference.account(name, seen.at) if name and seen.device_id else None
    return account is not None and account.kind == "personal"


def continues(page: Page, policy: Policy) -> bool:
    """Web traffic of somebody whose web traffic was an input a moment ago."""
    return page.outcome != "failure" and not is_background(page, policy)


def worth_judging(sightings: list[Sighting], policy: Policy) -> bool:
    """Whether two devices or two addresses could have been in use at once; cheap, and right for most."""
    if not TUNNELS.isdisjoint([sighting.kind for sighting in sightings]):
        return any(s.address != sightings[0].address or s.device != sightings[0].device for s in sightings)
    if len({sighting.device_id or sighting.device for sighting in sightings}) < 2:
        return False
    seen: dict[str, list[tuple[int, int]]] = {}
    sites = set()
    for sighting in sightings:
        if key := device_key(sighting):
            seen.setdefault(key, []).append((sighting.at, sighting.until))
            sites.add(sighting.site)
    rules = policy.detections.shared_account.parameters
    if len(seen) < 2:
        return False
    if len(seen) >= rules.many_devices_floor or len(sites - {None}) > 1:
        return True
    stretches = [one for spans in seen.values() for one in _joined(spans, policy.longest_idle_ms)]
    return _meet(stretches, rules.overlap_minutes)


def _joined(spans: list[tuple[int, int]], idle: int) -> Iterator[tuple[int, int]]:
    """The stretches in which one device was in use, or longer ones: of no class does a use go on over a longer gap."""
    spans.sort()
    start, end = spans[0]
    for at, until in spans:
        if at > end + idle:
            yield start, end
            start = at
        end = max(end, until)
    yield start, end


def _meet(stretches: list[tuple[int, int]], minutes: int) -> bool:
    """Whether any two of them, of two devices, share so many minutes; those of one device never do."""
    reached = -(1 << 62)
    for start, end in sorted(stretches):
        if min(reached, end) - start >= minutes * MINUTE:
            return True
        reached = max(reached, end)
    return False

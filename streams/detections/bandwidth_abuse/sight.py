"""What is remembered of the use of the network: peer-to-peer flows, streams, and answers that are large."""

from model.policy import BandwidthParameters, Policy
from model.reference import Reference
from streams.detection import ALWAYS, Case
from streams.memory.watermarks import NEVER
from streams.patterns.host_kinds import is_inside, kind_of
from streams.seen import Page, Seen
from streams.sighting import Sighting

DETECTION = "bandwidth_abuse"
PEER, STREAM, LARGE = "peer", "stream", "large"
LISTENS = frozenset({"web.requested", "connection.recorded"})
NAMED = "named"  # of a sighting whose record names the account, so that no lease can make it another person's
NO_SIZE = "no size"  # of a sighting whose record does not tell how large it was
MINUTE = 60_000
_PERSONS = frozenset({"personal", "vendor"})


def rules_of(policy: Policy) -> BandwidthParameters:
    """The pack's numbers for this detection."""
    return policy.detections.bandwidth_abuse.parameters


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """Hot: most events are small answers of hosts that are neither peers nor streams, and end here."""
    if seen.verdict == "blocked":
        return None
    rules, said = rules_of(policy), seen.url_category or seen.app
    kind = _kind(seen.domain, said, seen.at, seen.bytes_in, reference, policy)
    if kind is None or (kind == LARGE and _stays_inside(seen)) or not _is_somebody(seen, reference, rules):
        return None
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=kind,
        source_id=seen.source_id,
        account=seen.account or seen.holder,
        person=seen.person,
        device_id=seen.device_id,
        address=seen.address,
        site=seen.site,
        domain=seen.domain,
        destination=seen.destination,
        session_id=seen.session_id if kind == PEER else None,
        url_category=said,
        bytes_in=seen.bytes_in or 0,
        duration_s=seen.duration_s,
        outcome=NAMED if seen.account else None,
        vendor_code=NO_SIZE if seen.bytes_in is None else None,
        confidence=seen.confidence,
        time_quality=seen.time_quality,
    )


def passes_over(page: Page, at: int, reference: Reference, policy: Policy) -> int:
    """Every request that was blocked; answers below the pack's size, of hosts that are neither peers nor streams."""
    rules = rules_of(policy)
    if page.verdict == "blocked":
        return ALWAYS
    large = _kind(page.domain, page.url_category or page.app, at, rules.counted_from, reference, policy)
    return ALWAYS if large is None else rules.counted_from if large == LARGE else NEVER


def _kind(
    host: str | None, said: str | None, at: int, size: int | None, reference: Reference, policy: Policy
) -> str | None:
    rules = rules_of(policy)
    category = kind_of(host, said, at, reference, policy, DETECTION, rules.filter_categories).category
    if category in rules.peer_categories:
        return PEER
    if category in rules.stream_categories:
        return STREAM
    large = size is not None and size >= rules.counted_from
    return LARGE if large and category not in rules.uncounted else None


def kind_now(s: Sighting, case: Case) -> str | None:
    """What a sighting is by what the district and its pack say of the host now."""
    size = None if s.vendor_code == NO_SIZE else s.bytes_in // s.count
    return _kind(s.domain, s.url_category, s.at, size, case.reference, case.policy)


def _stays_inside(seen: Seen) -> bool:
    """Whether the other end is one of the district's own servers."""
    return is_inside(seen.destination) or is_inside(seen.domain)


def _is_somebody(seen: Seen, reference: Reference, rules: BandwidthParameters) -> bool:
    """A person, else a device of a class that is one person's; services, signs and shared addresses are nobody."""
    if seen.person is not None:
        return True
    name = seen.account or seen.holder
    if name is not None:
        row = reference.account(name, seen.at)
        return row is not None and row.kind in _PERSONS
    device = reference.device(seen.device_id, seen.at) if seen.device_id else None
    return device is not None and device.device_class in rules.device_classes


def subject(sighting: Sighting) -> str:
    """The person; the account of nobody in users.csv; the device where nobody was signed in."""
    return sighting.person or sighting.account or sighting.device_id or ""


def alike(sighting: Sighting) -> object:
    """The same, through the same source and with the same host, within a minute is one run; a long flow is its own."""
    if sighting.duration_s and sighting.duration_s >= 60:
        return sighting.event_id
    host = sighting.domain or sighting.destination
    about = (host, sighting.url_category, sighting.account, sighting.device_id, sighting.site, sighting.vendor_code)
    return sighting.kind, sighting.at // MINUTE, sighting.source_id, about


def worth_judging(sightings: list[Sighting], policy: Policy) -> bool:
    """Whether any of the limits can be passed at all."""
    rules = rules_of(policy)
    if sum(s.kind == PEER for s in sightings) >= rules.peer_flows or any(s.kind == STREAM for s in sightings):
        return True
    return sum(s.bytes_in for s in sightings) > rules.download_floor

"""What is remembered of a way around the filter: requests, flows, apps and settings that may be a signal."""

from model.policy import Policy
from model.reference import Reference
from streams.detection import ALWAYS
from streams.detections.filter_circumvention.host_category import TELLING, rated
from streams.detections.filter_circumvention.signals import (
    ENCRYPTED_DNS_PORT,
    OWN_CLIENTS,
    TLS_PORTS,
    is_bypass_search,
    names_one_of,
    rules_of,
)
from streams.memory.watermarks import NEVER
from streams.patterns.app_names import entry_of
from streams.patterns.public_address import is_public
from streams.seen import Page, Seen
from streams.sighting import CLAIMED, Sighting

MINUTE = 60_000
_TLS = frozenset({"tls", "ssl", "https"})


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """What may be a signal, of somebody: an address that many share and nobody signed in behind is nobody's."""
    find = _FIND.get(seen.action)
    kind = find(seen, reference, policy) if find else None
    known = subject_of(seen.person, seen.holder, seen.device_id, seen.mac)
    lead = _lead(seen, reference) if kind and not known else None
    if kind is None or not (known or lead):
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
        device_id=lead or seen.device_id,
        device=seen.device if lead else None,
        mac=seen.mac,
        address=seen.address,
        site=seen.site,
        destination=seen.destination,
        destination_port=seen.destination_port,
        domain=seen.domain,
        url_category=seen.url_category,
        verdict=seen.verdict,
        outcome=seen.outcome,
        app=tunnel_of(seen, policy) if kind == "tunnel" else seen.app,
        bytes_in=seen.bytes_in or 0,
        bytes_out=seen.bytes_out or 0,
        logon_type=CLAIMED if lead else None,
        confidence="low" if lead else seen.confidence,
        time_quality=seen.time_quality,
    )


def _lead(seen: Seen, reference: Reference) -> str | None:
    """The one device of the district's whose name a filter's agent gives, where nothing else tells whose a request is.

    The machine gives this name itself, so it is a lead and no proof: it names the device and nobody.
    """
    if seen.category != "proxy" or seen.device_basis != "claimed" or not seen.device or seen.contradicted:
        return None
    device = reference.device_named(seen.device, seen.at)
    return device.device_id if device else None


def subject_of(person: str | None, account: str | None, device_id: str | None, mac: str | None) -> str | None:
    """Person (else account) and device (else its network card); None where it is nobody."""
    who, device = person or account, device_id or mac
    return f"{who or ''}|{device or ''}" if who or device else None


def subject(sighting: Sighting) -> str:
    """Whom a sighting is about: the person signed in at that minute, and the device."""
    return subject_of(sighting.person, sighting.account, sighting.device_id, sighting.mac) or ""


def alike(sighting: Sighting) -> object:
    """The same about the same host within a minute is one run."""
    about = (sighting.domain, sighting.destination, sighting.destination_port, sighting.app)
    rated = (sighting.verdict, sighting.url_category, sighting.site, sighting.outcome, sighting.system)
    return sighting.kind, sighting.at // MINUTE, about, rated


def tunnel_of(seen: Seen, policy: Policy) -> str | None:
    """What makes a flow a tunnel: its protocol and port, or TLS where no TLS belongs. Teredo is the system's own."""
    port, protocol = seen.destination_port, (seen.protocol or "").lower()
    if f"{protocol}/{port}" in rules_of(policy).tunnel_ports:
        return f"{protocol}/{port}"
    wrapped = protocol in _TLS or (seen.app or "").lower() in _TLS
    return f"TLS on port {port}" if wrapped and port is not None and port not in TLS_PORTS else None


def _request(seen: Seen, reference: Reference, policy: Policy) -> str | None:
    if _is_of_no_page(seen):
        return None
    if is_bypass_search(seen.url, policy):
        return "searched"
    return "web.requested" if _is_reached(seen, seen.at, reference, policy) else None


def passes_over(page: Page, at: int, reference: Reference, policy: Policy) -> int:
    """Every request for a page that counts for nothing and searches nothing."""
    looked_at = not _is_of_no_page(page) and (page.asks or _is_reached(page, at, reference, policy))
    return NEVER if looked_at else ALWAYS


def _is_of_no_page(seen: Seen | Page) -> bool:
    """A proxy that asks who is there has refused nothing."""
    return seen.domain is None or (seen.verdict == "unknown" and seen.outcome == "failure")


def _is_reached(seen: Seen | Page, at: int, reference: Reference, policy: Policy) -> bool:
    """Whether a request for a page that may count reached it or was stopped; a name looked up is no page reached."""
    if seen.protocol == "dns" and seen.verdict != "blocked":
        return False
    nameless = seen.destination_port == 443 and seen.domain is not None and is_public(seen.domain)
    return nameless or _may_count(seen, at, reference, policy)


def _flow(seen: Seen, reference: Reference, policy: Policy) -> str | None:
    inbound = seen.address is not None and is_public(seen.address) and reference.network(seen.address, seen.at) is None
    outside = seen.destination is not None and is_public(seen.destination)
    if inbound or not (outside or seen.domain):
        return None
    if tunnel_of(seen, policy):
        return "tunnel"
    if seen.destination_port == ENCRYPTED_DNS_PORT:
        return "encrypted_dns"
    return "connection.recorded" if _may_count(seen, seen.at, reference, policy) else None


def _may_count(seen: Seen | Page, at: int, reference: Reference, policy: Policy) -> bool:
    """Whether the host counts by the district's word now, or would by the filter's or everybody's without it."""
    if rated(seen.domain, seen.url_category, policy).counts:
        return True
    row = reference.domain_category(seen.domain, at) if seen.domain else None
    return row is not None and (row.category in TELLING or row.category in rules_of(policy).categories)


def _installed(seen: Seen, _: Reference, policy: Policy) -> str | None:
    wanted = names_one_of(seen.app, rules_of(policy).apps) and not names_one_of(seen.app, OWN_CLIENTS)
    return seen.action if wanted else None


def _removed(seen: Seen, _: Reference, policy: Policy) -> str | None:
    return seen.action if entry_of(seen.app, rules_of(policy).agents) else None


def _always(seen: Seen, _: Reference, __: Policy) -> str | None:
    return seen.action


_FIND = {
    "web.requested": _request,
    "connection.recorded": _flow,
    "app.installed": _installed,
    "app.removed": _removed,
    "agent.stopped": _always,
    "developer_mode.enabled": _always,
    "proxy_settings.changed": _always,
}
LISTENS = frozenset(_FIND)

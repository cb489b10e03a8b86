"""The signals of a way around the web filter: what one sighting shows, and what it weighs."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

from model.policy import FilterParameters, Policy
from model.reference import Reference, Unblock
from streams.detections.filter_circumvention.host_category import category_of, is_relay
from streams.memory.fleet import SpikeLimits
from streams.patterns.app_names import entry_of
from streams.patterns.public_address import is_public
from streams.seen import question_of
from streams.sighting import Sighting

# Clients that can only reach the gateway of an organization: the district's own or a vendor's.
OWN_CLIENTS = ("anyconnect", "cisco secure client", "globalprotect", "forticlient", "ivanti secure", "pulse secure")
TLS_PORTS = frozenset({443, 465, 563, 587, 636, 853, 989, 990, 993, 995, 5061, 5222, 5223, 5228})
ENCRYPTED_DNS_PORT = 853
MINUTE = 60_000
_BY = {"district": "by the district", "filter": "by the filter", "well known": "(well known)"}


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign, at one time. `host` is what it was about: equal kind and host count once in the window."""

    kind: str  # a key of the pack's weights
    host: str
    weight: int
    succeeded: bool
    shows: str
    sighting: Sighting
    category: str | None = None

    @property
    def at(self) -> int:
        """When it was first seen (ms)."""
        return self.sighting.at


def rules_of(policy: Policy) -> FilterParameters:
    """The pack's numbers for this detection."""
    return policy.detections.filter_circumvention.parameters


def feed_limits(policy: Policy) -> SpikeLimits:
    """How many people must show the same at once for it to be a change in the filter's ratings."""
    rules = rules_of(policy)
    return SpikeLimits(rules.fleet_percent, rules.fleet_people, rules.fleet_minutes * MINUTE)


def is_bypass_search(url: str | None, policy: Policy) -> bool:
    """Whether a search asks for a way around the filter. Only the search words count, never a page's address."""
    asked = question_of(url)
    if asked is None:
        return False
    words = unquote_plus(asked[:400]).lower()
    return any(phrase in words for phrase in rules_of(policy).search_phrases)


def names_one_of(app: str | None, names: tuple[str, ...]) -> bool:
    """Whether an app's name holds one of the names."""
    return app is not None and any(name in app.lower() for name in names)


def signal_of(sighting: Sighting, reference: Reference, policy: Policy) -> Signal | None:
    """What a sighting shows by what the district knows now; None where it is no signal."""
    read = _READ.get(sighting.kind)
    return read(sighting, reference, policy) if read else None


def marks(sighting: Sighting, reference: Reference, policy: Policy) -> Iterator[str]:
    """What many people at a site may show at once when the filter's ratings change: the host, and its category."""
    signal = signal_of(sighting, reference, policy)
    if signal is not None and signal.kind in ("blocked", "allowed", "encrypted_dns", "unrated"):
        yield signal.host
        if signal.category:
            yield f"category:{signal.category}"


def _signal(kind: str, host: str, shows: str, sighting: Sighting, policy: Policy, **more: object) -> Signal:
    weight: int = getattr(rules_of(policy).weights, kind)
    succeeded = bool(more.get("succeeded", False))
    category = more.get("category")
    return Signal(kind, host, weight, succeeded, shows, sighting, str(category) if category else None)


def _request(s: Sighting, reference: Reference, policy: Policy) -> Signal | None:
    host = s.domain or s.app or s.destination or ""
    category, by = category_of(s.domain, s.url_category, s.at, reference, policy)
    if (by != "district" and is_relay(s.domain)) or _is_unblocked(s, reference):
        return None
    if category is not None and category in rules_of(policy).categories:
        allowed = s.verdict == "allowed"
        words = f"{'an allowed' if allowed else 'a refused'} request to {host}, rated {category.replace('_', ' ')}"
        kind = "allowed" if allowed else "blocked"
        return _signal(kind, host, f"{words} {_BY[by]}", s, policy, succeeded=allowed, category=category)
    if category == "encrypted_dns":
        return _signal("encrypted_dns", host, f"an encrypted DNS request to {host}", s, policy, category=category)
    if by == "district" and category:
        return None
    if category == "unrated" and (nameless := _nameless(s, reference, policy)):
        return nameless
    if category == "unrated":
        return _signal(
            "unrated",
            host,
            f"a large exchange of data with {host}, which the filter has not rated",
            s,
            policy,
            category=category,
        )
    return _nameless(s, reference, policy)


def _is_unblocked(s: Sighting, reference: Reference) -> bool:
    """Whether the district itself had the filter let the host through then: who uses that goes around nothing."""
    told = reference.unblocks(s.domain, s.at) if s.domain else []
    decided = sorted((row for row in told if row.decision and _decided_at(row) <= s.at), key=_decided_at)
    newest = {row.domain: row for row in decided}.values()  # of each domain that the host is in
    running = [row for row in newest if row.expires_at is None or s.at < row.expires_at]
    nearest = max(running, key=lambda row: len(row.domain), default=None)
    return nearest is not None and nearest.decision == "granted"


def _decided_at(row: Unblock) -> int:
    """When a request was decided; where nobody wrote that down, when it was made."""
    return row.decided_at or row.requested_at or 0


def _nameless(s: Sighting, reference: Reference, policy: Policy) -> Signal | None:
    """HTTPS to a bare address outside the networks that the district knows."""
    here = s.domain is None or not is_public(s.domain) or reference.network(s.domain, s.at) is not None
    if s.kind != "web.requested" or here or s.destination_port != 443:
        return None
    return _signal("direct_ip", s.domain or "", f"an HTTPS request to {s.domain}, a bare address", s, policy)


def _tunnel(s: Sighting, reference: Reference, policy: Policy) -> Signal | None:
    where = s.destination or s.domain or ""
    row = reference.domain_category(s.domain, s.at) if s.domain else None
    ours = is_public(where) and reference.network(where, s.at) is not None
    if not where or ours or (row and row.category not in rules_of(policy).categories):
        return None
    device = reference.device_named(s.domain, s.at) if s.domain else None
    if device and device.device_class == "network":
        return None
    return _signal("tunnel", where, f"a tunnel ({s.app}) to {where}", s, policy)


def _encrypted_dns(s: Sighting, reference: Reference, policy: Policy) -> Signal | None:
    where = s.destination or s.domain or ""
    if is_public(where) and reference.network(where, s.at) is not None:
        return None
    return _signal("encrypted_dns", where, f"an encrypted DNS request to {where}", s, policy, category="encrypted_dns")


def _search(s: Sighting, _: Reference, policy: Policy) -> Signal | None:
    return _signal("bypass_search", s.domain or "", f"a search on {s.domain} for a way around the filter", s, policy)


def _installed(s: Sighting, _: Reference, policy: Policy) -> Signal | None:
    if not names_one_of(s.app, rules_of(policy).apps) or names_one_of(s.app, OWN_CLIENTS):
        return None
    return _signal("app_installed", s.app or "", f"{s.app} was installed", s, policy)


def _agent(s: Sighting, _: Reference, policy: Policy) -> Signal | None:
    removed = s.kind == "app.removed"
    if (removed or s.app) and not entry_of(s.app, rules_of(policy).agents):
        return None
    agent = f"{s.app}, by its name an agent of the filter," if s.app else "the filter's agent"
    done = f"{agent} was {'removed' if removed else 'stopped'}"
    return _signal("agent_stopped", s.app or "agent", done, s, policy, succeeded=s.outcome != "failure")


def _settings(s: Sighting, _: Reference, policy: Policy) -> Signal | None:
    developer = s.kind == "developer_mode.enabled"
    shows = "the device was put into developer mode" if developer else "the browser's proxy settings were changed"
    reached = developer and s.outcome != "failure"
    return _signal("settings_changed", s.kind, shows, s, policy, succeeded=reached)


_READ = {
    "web.requested": _request,
    "connection.recorded": _request,
    "tunnel": _tunnel,
    "encrypted_dns": _encrypted_dns,
    "searched": _search,
    "app.installed": _installed,
    "app.removed": _agent,
    "agent.stopped": _agent,
    "developer_mode.enabled": _settings,
    "proxy_settings.changed": _settings,
}

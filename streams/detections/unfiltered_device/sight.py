"""What is remembered of a device: proofs that it was online elsewhere, its tunnels, the filter's records, its agent."""

from model.policy import Policy
from model.reference import Reference
from streams.patterns.app_names import entry_of
from streams.patterns.own_device import SIGN_INS, own_device
from streams.patterns.public_address import is_public
from streams.seen import Page, Seen
from streams.sighting import Sighting

ONLINE, TUNNEL, UNTUNNEL, FILTERED = "online", "tunnel", "untunnel", "filtered"
AGENT_OFF, AGENT_ON = "agent off", "agent on"
_SHOWS = frozenset(
    {
        "account.authenticated",
        "account.logged_on",
        "app.installed",
        "app.removed",
        "device.changed",
        "device.checked_in",
        "peripheral.attached",
        "peripheral.removed",
        "session.locked",
        "session.unlocked",
    }
)
_TUNNELS = {"tunnel.opened": TUNNEL, "tunnel.closed": UNTUNNEL}
_OF_AN_AGENT = {
    "agent.started": AGENT_ON,
    "agent.stopped": AGENT_OFF,
    "app.installed": AGENT_ON,
    "app.removed": AGENT_OFF,
}
_OF_CHROMEOS = ("CHROME_OS_", "CHROMEOS_", "DEVICE_BOOT_STATE_CHANGE")
LISTENS = _SHOWS | set(_TUNNELS) | set(_OF_AN_AGENT) | {"web.requested"}


def concerns(seen: Seen, reference: Reference) -> bool:
    """What the filter has of a device by its name, or by the tunnel that its address belongs to; else what names it.

    A name that the client chose says which device the filter has seen: it may speak for a device, never against one.
    """
    if seen.action != "web.requested":
        return bool(seen.device_id or seen.device)
    if seen.category != "proxy":
        return False
    if seen.device:
        return True
    network = reference.network(seen.address, seen.at) if seen.address else None
    return network is not None and network.kind == "vpn_pool" and bool(seen.device_id or seen.person)


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """A record of the filter, what became of its agent, or a proof that the device was online at an address that is
    none of the district's."""
    if not concerns(seen, reference):
        return None
    device_id, sure = _device(seen, reference)
    device = reference.device(device_id, seen.at) if device_id else None
    if device is None or device.device_class not in policy.detections.unfiltered_device.parameters.classes:
        return None
    if seen.action == "web.requested":
        return _sighting(seen, FILTERED, device.device_id, sure)
    agent = _agent(seen, policy)
    if agent:
        return _sighting(seen, agent, device.device_id, sure)
    if not _is_online(seen) or not is_elsewhere(seen.address, seen.at, reference):
        return None
    return _sighting(seen, _TUNNELS.get(seen.action, ONLINE), device.device_id, sure)


def _agent(seen: Seen, policy: Policy) -> str | None:
    """Whether a filter's agent, by its name, came to the device or went from it."""
    told = seen.outcome != "failure" and entry_of(seen.app, policy.detections.filter_circumvention.parameters.agents)
    return _OF_AN_AGENT.get(seen.action) if told else None


def continues(page: Page, policy: Policy) -> bool:
    """Of requests only the first and the last of a run matter."""
    return True


def _device(seen: Seen, reference: Reference) -> tuple[str | None, str]:
    """The device, and how sure that is: a name that the client chose counts where its own user signed in with it.

    What the filter has under a device's name counts for it even where its address was leased to another at school.
    """
    if seen.device_id:
        return seen.device_id, seen.confidence
    if seen.action == "web.requested":
        device = reference.device_named(seen.device or "", seen.at)
        return (device.device_id if device else _only_one(seen, reference)), "low"
    own = own_device(seen, reference)
    return (own.device_id, "medium") if own else (None, "low")


def _only_one(seen: Seen, reference: Reference) -> str | None:
    """The one device of whoever browses through a VPN: the filter has them there, whichever device they hold."""
    rows = reference.assigned(seen.person, seen.at) if seen.person and not seen.device else []
    return rows[0].device_id if len(rows) == 1 else None


def _is_online(seen: Seen) -> bool:
    """Whether the event is the device's own: a sign-in that succeeded, a check-in, what ChromeOS reports."""
    if seen.action in SIGN_INS:
        return seen.outcome == "success"
    if seen.action == "device.changed":  # an administrator's change of a device is not the device's
        return (seen.vendor_action or "").upper().startswith(_OF_CHROMEOS)
    return seen.device_basis != "claimed"


def is_elsewhere(address: str | None, at: int, reference: Reference) -> bool:
    """Whether an address is a public one in no row of networks.csv; where there is no such table nobody knows."""
    known = address is not None and reference.known("networks") and reference.network(address, at) is None
    return known and is_public(address or "")


def _sighting(seen: Seen, kind: str, device_id: str, confidence: str) -> Sighting:
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=kind,
        source_id=seen.source_id,
        account=None if kind == FILTERED else seen.account,
        person=None if kind == FILTERED else seen.person,
        device_id=device_id,
        device=seen.device,
        mac=seen.mac,
        address=None if kind == FILTERED else seen.address,
        session_id=seen.session_id if kind in (TUNNEL, UNTUNNEL) else None,
        app=None if kind == FILTERED else seen.app if kind in (AGENT_OFF, AGENT_ON) else seen.action,
        confidence=confidence,
        time_quality=seen.time_quality,
    )


def subject(sighting: Sighting) -> str:
    """The device."""
    return sighting.device_id or ""


def alike(sighting: Sighting) -> object:
    """Records of the filter run together; each proof stands by itself."""
    return sighting.source_id if sighting.kind == FILTERED else sighting.event_id

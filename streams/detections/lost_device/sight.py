"""What is remembered: activity of a device that was ever reported lost, and commands that locate or watch a device."""

from typing import get_args

from msgspec import structs

from model.policy import Policy
from model.policy.detections.lost_device import LossCommand
from model.reference import Reference
from streams.patterns.own_device import SIGN_INS, own_device
from streams.seen import Seen
from streams.sighting import CLAIMED, Sighting

COMMANDED = frozenset({"device.located", "device.watched"})
USED = frozenset(
    {
        "account.authenticated",
        "account.logged_on",
        "app.installed",
        "connection.recorded",
        "device.checked_in",
        "session.reconnected",
        "session.unlocked",
        "ticket.requested",
        "tunnel.opened",
        "web.requested",
    }
)
LISTENS = COMMANDED | USED
_BY_NAME = SIGN_INS | {"web.requested"}  # what may tell of a device by the name alone that it gives itself
COMMANDS: tuple[str, ...] = get_args(LossCommand)
_BY_ITSELF = frozenset({"network", "batch", "service"})  # kinds of logon that nobody at the device makes
_WATCHES = (("camera", "camera"), ("screen", "screenshot"))  # parts of the vendor's words, else it is a live view
_COMPLETED = "completed"


def concerns(seen: Seen, reference: Reference) -> bool:
    """Commands are few; all else concerns only the devices that somebody ever reported lost."""
    if seen.action in COMMANDED:
        return True
    device_id = seen.device_id or _by_name(seen, reference)
    return bool(device_id and reference.losses_of(device_id))


def _by_name(seen: Seen, reference: Reference) -> str | None:
    """The one device of the district's under whose name the filter has a request or somebody signed in, where nothing
    else tells whose it is.

    The machine gives this name itself, so it is a lead and no proof: it names the lost device and nobody.
    """
    if seen.action not in _BY_NAME or seen.device_basis != "claimed" or not seen.device or seen.contradicted:
        return None
    device = reference.device_named(seen.device, seen.at)
    return device.device_id if device else None


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """Activity of a lost device, and a command to a device of the district's."""
    if seen.action in COMMANDED:
        return _command(seen, reference)
    if not concerns(seen, reference) or seen.logon_type in _BY_ITSELF:
        return None
    if seen.device_id:
        return _sighting(seen, "used", seen.device_id)
    if seen.action in SIGN_INS and seen.outcome != "success":
        return None  # nobody was let in, so nobody but the client told anything
    if own := own_device(seen, reference):
        return structs.replace(_sighting(seen, "used", own.device_id), confidence="medium")
    lead = _sighting(seen, "used", _by_name(seen, reference))
    return structs.replace(lead, account=None, person=None, logon_type=CLAIMED, confidence="low")


def _command(seen: Seen, reference: Reference) -> Sighting | None:
    """A command names its device itself: by id, or by a name that only one device of the district's has."""
    named = reference.device_named(seen.device, seen.at) if seen.device else None
    device_id = named.device_id if named else seen.device_id
    if device_id is None or seen.outcome == "failure":
        return None
    found = _sighting(seen, _which(seen), device_id)
    if seen.device_basis == "claimed":
        found.confidence = "medium"
    if _COMPLETED in (seen.vendor_action or "").lower():
        found.outcome = _COMPLETED
    return found


def _which(seen: Seen) -> str:
    if seen.action == "device.located":
        return "locate"
    said = f"{seen.app or ''} {seen.vendor_action or ''}".lower()
    return next((command for word, command in _WATCHES if word in said), "live_view")


def _sighting(seen: Seen, kind: str, device_id: str | None) -> Sighting:
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=kind,
        source_id=seen.source_id,
        account=seen.account or (seen.holder if kind == "used" else None),
        person=seen.person,
        device_id=device_id,
        device=seen.device,
        mac=seen.mac,
        address=seen.address,
        site=seen.site,
        outcome=seen.outcome,
        app=seen.action if kind == "used" else seen.app,
        confidence=seen.confidence if kind == "used" else "high",
        time_quality=seen.time_quality,
    )


def subject(sighting: Sighting) -> str:
    """The device."""
    return sighting.device_id or ""


def alike(sighting: Sighting) -> object:
    """The same kind of activity by the same account from the same place is one run; commands stand by themselves."""
    if sighting.kind in COMMANDS:
        return sighting.event_id
    return sighting.app, sighting.account, sighting.address, sighting.source_id, sighting.confidence

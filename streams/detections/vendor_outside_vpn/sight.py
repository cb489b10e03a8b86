"""What vendor_outside_vpn remembers: a vendor's tunnels, logons and presence; remote-support tools on our computers."""

from typing import get_args

from msgspec import structs

from model.policy import Policy
from model.policy.detections.vendor_outside_vpn import StaffedClass
from model.reference import Account, Device, Reference
from streams.detection import ALWAYS
from streams.memory.watermarks import NEVER
from streams.patterns.host_kinds import letters
from streams.patterns.own_device import own_device
from streams.patterns.sessions import TUNNEL
from streams.patterns.standing import is_vendors
from streams.patterns.turned_away import REFUSED
from streams.seen import Page, Seen
from streams.sighting import Sighting

WEB = frozenset({"web.requested", "connection.recorded"})
SIGN_INS = frozenset({"account.logged_on", "account.authenticated"})
LISTENS = TUNNEL | WEB | SIGN_INS
LOGON, PRESENT, TOOL = "account.logged_on", "presence.seen", "remote_tool.used"  # kinds of sightings
SAT = frozenset({"interactive", "unlock", "cached"})  # at the computer's own screen
REACHED = frozenset({*SAT, "remote", "network", None})
DEVICE = "device "
STAFFED = frozenset(get_args(StaffedClass))
_MOST = 200_000
# Only a memo: the answer follows from the key, for a policy's hash names its whole text.
_tools: dict[tuple[str | None, ...], str | None] = {}


def subject(sighting: Sighting) -> str:
    """The company, else the person, else the account; of a remote tool, the computer."""
    if sighting.kind == TOOL:
        return f"{DEVICE}{sighting.device_id}"
    return f"vendor {sighting.app or sighting.person or sighting.account}"


def concerns(seen: Seen, reference: Reference) -> bool:
    """Whether a vendor is behind it, or it is traffic of a computer that is known."""
    if seen.action in WEB:
        device = _device(seen, reference)
        return device is not None and device.device_class in STAFFED
    return _vendor(seen, reference) is not None


def _device(seen: Seen, reference: Reference) -> Device | None:
    """The computer behind traffic; where nothing else tells it, the user's own, by the name that it gives itself."""
    if seen.device_id is None:
        return own_device(seen, reference)
    return reference.device(seen.device_id, seen.at)


def _vendor(seen: Seen, reference: Reference) -> Account | None:
    """The vendor's account; a refused one is kept by name alone, to tell which opening came to nothing."""
    account = reference.account(seen.account, seen.at) if seen.account else None
    return account if account and is_vendors(account, reference, seen.at) else None


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """A tunnel, a logon or a sign-in at an access point of a vendor; traffic of a remote-support tool."""
    if seen.action in WEB:
        return _tool(seen, reference, policy)
    account = _vendor(seen, reference)
    kind = _kind(seen) if account else None
    return _remembered(seen, kind, account, account.vendor) if account and kind else None


def _kind(seen: Seen) -> str | None:
    if seen.action == "account.authenticated":
        if seen.outcome == "failure":
            return REFUSED if seen.session_id else None
        near = seen.mac and seen.reporter and seen.category != "vpn"
        return PRESENT if near and seen.outcome == "success" else None
    if seen.outcome == "failure":
        return None
    if seen.action == LOGON:
        return LOGON if seen.logon_type in REACHED and (seen.reporter or seen.device) else None
    return seen.action


def _tool(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """Traffic of a remote-support tool that was not stopped, on a device of a class that counts."""
    name = _tool_behind(seen, seen.at, reference, policy)
    device = _device(seen, reference) if name else None
    rules = policy.detections.vendor_outside_vpn.parameters
    if name is None or device is None or device.device_class not in rules.tool_classes:
        return None
    return structs.replace(_remembered(seen, TOOL, None, name), device_id=device.device_id)


def passes_over(page: Page, at: int, reference: Reference, policy: Policy) -> int:
    """Every request that is of no tool, or that was stopped."""
    return NEVER if _tool_behind(page, at, reference, policy) else ALWAYS


def _tool_behind(seen: Seen | Page, at: int, reference: Reference, policy: Policy) -> str | None:
    """The tool that traffic is of, if it was not stopped."""
    if seen.verdict == "blocked" or seen.outcome == "failure":
        return None
    row = reference.domain_category(seen.domain, at) if seen.domain else None
    if row is not None:
        return seen.domain if row.category == "remote_support" else None
    return tool_of(seen.domain, seen.app, seen.url_category, policy)


def tool_of(domain: str | None, app: str | None, said: str | None, policy: Policy) -> str | None:
    """The tool that a request is of, by what everybody knows, the record's app or the filter's word. Hot."""
    key = (policy.hash, domain, app, said)
    if key not in _tools:
        if len(_tools) >= _MOST:
            _tools.clear()
        _tools[key] = _tool_of(domain, app, said, policy)
    return _tools[key]


def _tool_of(domain: str | None, app: str | None, said: str | None, policy: Policy) -> str | None:
    rules = policy.detections.vendor_outside_vpn.parameters
    if domain and policy.well_known(domain) == "remote_support":
        return domain
    if app and (found := _named(app, rules.tool_apps)):
        return found
    return (domain or app) if said and _named(letters(said), rules.tool_words) else None


def _named(text: str, names: tuple[str, ...]) -> str | None:
    plain = text.lower()
    return next((name for name in names if name in plain), None)


def _remembered(seen: Seen, kind: str, account: Account | None, app: str | None) -> Sighting:
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=kind,
        source_id=seen.source_id,
        account=account.account if account else seen.account or seen.holder,
        person=account.person if account else seen.person,
        device_id=seen.device_id,
        device=seen.device,
        mac=seen.mac,
        address=seen.address,
        site=seen.site,
        reporter=seen.reporter,
        destination=seen.destination,
        session_id=seen.session_id,
        assigned_address=seen.assigned_address,
        domain=seen.domain,
        verdict=seen.verdict,
        outcome=seen.outcome,
        logon_type=seen.logon_type,
        app=app,
        bytes_in=seen.bytes_in or 0,
        bytes_out=seen.bytes_out or 0,
        duration_s=seen.duration_s,
        confidence=seen.confidence,
        time_quality=seen.time_quality,
    )


def alike(sighting: Sighting) -> object:
    """Traffic of one tool runs together; everything else stands by itself."""
    return (TOOL, sighting.app, sighting.account) if sighting.kind == TOOL else sighting.event_id

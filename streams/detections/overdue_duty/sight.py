"""What is remembered for duties that only events show: changed passwords, installed software, devices that do not
comply, and sites that are still let through after their time."""

from msgspec import structs

from model.policy import Policy
from model.reference import Reference, Unblock
from streams.detection import ALWAYS
from streams.memory.watermarks import NEVER
from streams.patterns.standing import listed
from streams.seen import Page, Seen
from streams.sighting import Sighting

PASSWORD = frozenset({"password.changed", "password.reset"})
SOFTWARE = frozenset({"app.installed", "app.removed"})
REPORT = frozenset({"device.changed", "device.checked_in", "device.reported"})
WEB, AWAY = "web.requested", "device.away"
_DAY_S = 86_400
LISTENS = PASSWORD | SOFTWARE | REPORT | {WEB}
ENCRYPTED = "not encrypted"
NOT_COMPLIANT = frozenset({"noncompliant", "not compliant", "notcompliant", "non-compliant", "managed.deviceunhealthy"})


def concerns(seen: Seen, reference: Reference) -> bool:
    """Whether such an event can show a duty undone: web traffic only where sites are unblocked on request."""
    return seen.action != WEB or reference.known("unblocks")


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """The event, under the subject whose duty it shows; None for all others."""
    if seen.outcome == "failure":
        return None
    if seen.action in PASSWORD:
        return _password(seen, reference)
    if seen.action == WEB:
        return _expired(seen, reference)
    if seen.device_id is None or seen.device_basis == "claimed":
        return None
    if seen.action in SOFTWARE:
        return _sighting(seen, f"device:{seen.device_id}", seen.app) if seen.app else None
    if found := _short_of(seen, reference):
        return _sighting(seen, f"device:{seen.device_id}", found)
    return _out_of_touch(seen, policy)


def _short_of(seen: Seen, reference: Reference) -> str | None:
    """What a report says that a device is not: compliant; or encrypted, of one that devices.csv says must be."""
    state, _, more = (seen.reason or "").lower().partition(", ")
    if state in NOT_COMPLIANT:
        return "compliant"
    device = reference.device(seen.device_id or "", seen.at) if ENCRYPTED in (state, more) else None
    return "encrypted" if device and device.encryption_required else None


def _out_of_touch(seen: Seen, policy: Policy) -> Sighting | None:
    """A report of a device that has not been in touch for so many days at least, whatever days they were."""
    rules = policy.detections.overdue_duty.parameters.check_in
    if not rules.on or (seen.duration_s or 0) < rules.school_days * _DAY_S:
        return None
    return structs.replace(_sighting(seen, f"device:{seen.device_id}", None), kind=AWAY)


def _password(seen: Seen, reference: Reference) -> Sighting | None:
    """Of the account acted upon, else of who acted: whoever changes their own password is both."""
    name = seen.target_account or seen.account
    account = listed(reference, name, seen.at) if name else None
    return _sighting(seen, f"person:{account.person}", None) if account and account.person else None


def _expired(seen: Seen, reference: Reference) -> Sighting | None:
    """A site let through that was granted for a time that had passed, and for no other."""
    if seen.verdict != "allowed" or not seen.domain:
        return None
    granted = _granted(seen.domain, seen.at, reference)
    if not granted or any(row.expires_at is None or row.expires_at > seen.at for row in granted):
        return None
    last = max(granted, key=lambda row: (row.expires_at or 0, row.request_id))
    return _sighting(seen, f"unblock:{last.request_id}", None)


def passes_over(page: Page, at: int, reference: Reference, policy: Policy) -> int:
    """Every request for a page that nobody was granted, or that was not let through."""
    let_through = page.outcome != "failure" and page.verdict == "allowed" and page.domain
    return NEVER if let_through and _granted(let_through, at, reference) else ALWAYS


def _granted(domain: str, at: int, reference: Reference) -> list[Unblock]:
    return [row for row in reference.unblocks(domain, at) if row.decision == "granted"]


def _sighting(seen: Seen, subject: str, app: str | None) -> Sighting:
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=seen.action,
        source_id=seen.source_id,
        account=seen.account,
        device_id=seen.device_id,
        device=seen.device,
        reporter=subject,
        domain=seen.domain if seen.action == WEB else None,
        app=app,
        confidence=seen.confidence,
        time_quality=seen.time_quality,
        vendor_code=seen.vendor_code,
        duration_s=seen.duration_s,
    )

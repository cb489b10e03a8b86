"""What is remembered of devices: that one was still in use though it had to be back."""

from model.policy import Policy
from model.reference import Assignment, Reference
from streams.patterns.own_device import own_device
from streams.patterns.standing import person_ended
from streams.seen import Page, Seen
from streams.sighting import Sighting

LISTENS = frozenset({
    "account.authenticated", "account.logged_on", "device.checked_in", "device.reported", "device.started",
    "session.unlocked", "tunnel.opened", "web.requested",
})  # fmt: skip


def concerns(seen: Seen, reference: Reference) -> bool:
    """Whether it is of a device that somebody holds who may have to give it back."""
    device_id = _device(seen, reference)
    held = reference.assignees(device_id, seen.at) if device_id else []
    if seen.action == "web.requested":  # of those there are too many: what is late only later is not asked
        return any(late(reference, one, seen.at) for one in held)
    return bool(held)


def late(reference: Reference, assignment: Assignment, at: int) -> bool:
    """Whether it had to be back by then, roughly: its deadline is worked out when it is judged."""
    if any(row.due_at is not None and row.due_at <= at for row in reference.returns_of(assignment.device_id)):
        return True
    if person_ended(reference, assignment.person, at) is not None:
        return True
    orgs = [role.org for role in reference.roles(assignment.person, at) if role.role == "student"]
    return any(not reference.terms(org or None, at) for org in orgs)


def continues(page: Page, policy: Policy) -> bool:
    """A request of a device whose last one was a use, that would be a use of its own."""
    return page.outcome != "failure"


def _device(seen: Seen, reference: Reference) -> str | None:
    """The device; also by the name that it gives itself, where its holder signs in from it."""
    own = own_device(seen, reference) if seen.device_id is None else None
    return own.device_id if own else seen.device_id


def _is_use(seen: Seen) -> bool:
    if seen.device_id is None:  # its holder's own sign-in
        return seen.outcome == "success"
    return seen.outcome != "failure" and seen.device_basis != "claimed"


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """A use of such a device after it had to be back."""
    device_id = _device(seen, reference)
    if device_id is None or not _is_use(seen):
        return None
    if not any(late(reference, one, seen.at) for one in reference.assignees(device_id, seen.at)):
        return None
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=seen.action,
        source_id=seen.source_id,
        account=seen.account,
        person=seen.person,
        device_id=device_id,
        device=seen.device,
        address=seen.address,
        site=seen.site,
        confidence=seen.confidence,
        time_quality=seen.time_quality,
    )

"""What device_used_by_another remembers: somebody at a device that is assigned, but not to them."""

from model.policy import Policy
from model.reference import Reference
from streams.patterns.seats import holder, seated
from streams.seen import Seen
from streams.sighting import Sighting

KINDS = frozenset({"personal", "vendor"})  # a generic, testing or service account is nobody's


def concerns(seen: Seen, reference: Reference) -> bool:
    """Whether the device is somebody's, and not of whoever is behind the event: most are, and end here."""
    name = holder(seen)
    if seen.device_id is None or name is None:
        return False
    assignees = reference.assignees(seen.device_id, seen.at)
    account = reference.account(name, seen.at) if assignees else None
    return account is not None and all(row.person != account.person for row in assignees)


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """An input, or what cuts a use, of a person at a device of the classes that belong to one."""
    device = reference.device(seen.device_id, seen.at) if seen.device_id else None
    rules = policy.detections.device_used_by_another.parameters
    if device is None or device.device_class not in rules.classes:
        return None
    return seated(seen, reference, policy, KINDS)

"""What is remembered of a change of privilege: who was given what by whom, what was taken back, and first uses."""

from model.policy import Policy
from model.reference import Reference
from streams.detections.unapproved_privilege_change.entitlements import (
    AUDIT,
    CLEARED,
    MFA,
    NAMED,
    POLICY,
    ROLE,
    USE,
    is_weaker,
    rules_of,
)
from streams.seen import Seen
from streams.sighting import Sighting

_OF_A_MEMBER = frozenset(
    {"group_member.added", "group_member.removed", "privilege.assigned", "privilege.removed", "org_unit.changed"}
)
_OF_A_METHOD = frozenset({MFA, "mfa_method.added"})
_OF_A_SYSTEM = frozenset({POLICY, AUDIT, CLEARED})
_USES = frozenset(
    {"password.reset", "account.created", "account.enabled", "account.disabled", "account.deleted"}
)  # of somebody else's account
LISTENS = _OF_A_MEMBER | _OF_A_METHOD | _OF_A_SYSTEM | _USES
_SERVICES = ("s-1-5-80-", "s-1-5-82-", "s-1-5-83-")  # of services, of web application pools, of virtual machines
_HUMAN = frozenset({"personal", "vendor"})


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """A change that succeeded, under the account that it concerns; an administrator's act as a use of the actor's."""
    if seen.outcome == "failure":
        return None
    if seen.action in _OF_A_MEMBER:
        return _member(seen, reference, policy)
    if seen.action in _OF_A_METHOD:
        return _given(seen, seen.target_account or seen.account, NAMED[MFA], reference)
    if seen.action in _OF_A_SYSTEM:
        return _system(seen, reference, policy)
    return _use(seen, reference) if seen.target_account != seen.account else None


def _member(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    if seen.action == ROLE and not seen.target_account:
        return _use(seen, reference)  # 4672: a session that has the privileges
    if (seen.vendor_action or "").lower() in rules_of(policy).activations:
        return _use(seen, reference)
    if seen.action == "org_unit.changed" and not seen.target_account:
        return _moved_device(seen)
    if not seen.target_account or (seen.app is None and not seen.action.startswith("privilege.")):
        return None
    return _given(seen, seen.target_account, seen.app or "administrator", reference)


def _given(seen: Seen, name: str | None, what: str, reference: Reference) -> Sighting | None:
    if (
        name is None
        or name.startswith(_SERVICES)
        or name.endswith("$")
        or reference.device_named(name, seen.at) is not None
    ):
        return None  # the membership of a computer, or of a service that an installer made, is no person's right
    account, person = whose(name, reference, seen.at)
    return _sighting(seen, seen.action, account, person, what)


def _moved_device(seen: Seen) -> Sighting | None:
    if not seen.device_id or not seen.app:
        return None
    return _sighting(seen, seen.action, None, None, seen.app, seen.device_id)


def _system(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """Logging or a policy; what a machine does to itself (group policy, imaging) is nobody's act."""
    if not seen.account or seen.account.endswith("$"):
        return None
    if seen.action != CLEARED and not is_weaker(seen.action, seen.reason, policy):
        return None
    row = reference.account(seen.account, seen.at)
    name = NAMED.get(seen.action) or seen.app or "security policy"
    return _sighting(seen, seen.action, seen.account, row.person if row else None, name)


def _use(seen: Seen, reference: Reference) -> Sighting | None:
    row = reference.account(seen.account, seen.at) if seen.account else None
    if row is None or row.kind not in _HUMAN:
        return None
    return _sighting(seen, USE, seen.account, row.person, seen.action)


def whose(name: str, reference: Reference, at: int) -> tuple[str, str | None]:
    """The account and person of a member; Active Directory writes the common name, which is often a person's."""
    row = reference.account(name, at)
    if row is not None:
        return name, row.person
    people = reference.people_called(name, at)
    if len(people) != 1:
        return name, None
    own = reference.account(people[0].username, at) if people[0].username else None
    mine = own is not None and own.person == people[0].person
    return people[0].username if mine else name, people[0].person


def _sighting(
    seen: Seen, kind: str, account: str | None, person: str | None, what: str, device_id: str | None = None
) -> Sighting:
    """`account` and `person` are of whom it concerns, `destination` is the account that did it, `app` the right."""
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=kind,
        source_id=seen.source_id,
        account=account,
        person=person,
        device_id=device_id,
        address=seen.address,
        reporter=seen.reporter,
        session_id=seen.session_id,
        destination=seen.account,
        app=what,
        outcome=seen.outcome,
        confidence=seen.confidence,
        time_quality=seen.time_quality,
    )


def subject(sighting: Sighting) -> str:
    """The account that a change concerns; the device where one was moved."""
    return sighting.account or sighting.device_id or ""


def alike(sighting: Sighting) -> object:
    """The uses of one account and day are one run; every change stands by itself."""
    return (USE, sighting.account) if sighting.kind == USE else sighting.event_id

"""What staff_account_on_student_device remembers: where a staff account was used, refused and reset; records opened;
and apps of the staff that a student's account got into."""

from collections.abc import Collection

from msgspec import structs

from model.policy import Policy
from model.reference import Account, Reference
from streams.patterns.seats import SEATS, holder, remembered, seated
from streams.patterns.usage import device_key
from streams.seen import Seen
from streams.sighting import Sighting

RESETS = frozenset({"password.reset", "password.changed"})
SIGN_INS = frozenset({"account.logged_on", "session.unlocked", "account.authenticated"})
OBTAINS = frozenset({"account.authenticated", "ticket.requested", "token.authorized"})
LISTENS = SEATS | RESETS | SIGN_INS | OBTAINS
TICKET, WRONG_PASSWORD = "ticket.requested", "bad password"
# Kinds of sightings. A domain controller's refusal may be of the same attempt as a sign-in refused at the device.
REFUSED, TICKET_REFUSED, RESET, OBTAINED = "sign_in.refused", "ticket.refused", "password.reset", "app.obtained"
REFUSALS = frozenset({REFUSED, TICKET_REFUSED})
READ, WROTE = "read", "written"


def is_staff(reference: Reference, account: Account, at: int, outsiders: Collection[str] = ()) -> bool:
    """Whether it is the account of somebody with a role here, other than those of `outsiders`, who is no student."""
    roles = {row.role for row in reference.roles(account.person, at)} if account.person else set()
    return account.kind == "personal" and bool(roles.difference(outsiders)) and "student" not in roles


def concerns(seen: Seen, reference: Reference) -> bool:
    """Whether a staff account is behind it, or it may be of an app; of web traffic, also on a device where students may
    be."""
    if seen.action in RESETS or (seen.action in OBTAINS and reference.known("apps")):
        return True
    if seen.action not in SEATS | SIGN_INS | {TICKET}:
        return False
    name = (holder(seen) or "").lstrip("?")
    account = reference.account(name, seen.at) if name else None
    if account is None or not is_staff(reference, account, seen.at):
        return False
    return seen.action != "web.requested" or _may_be_students(seen, account, reference)


def _may_be_students(seen: Seen, account: Account, reference: Reference) -> bool:
    device = reference.device(seen.device_id, seen.at) if seen.device_id else None
    if device is None:
        return False
    owners = reference.assignees(device.device_id, seen.at)
    if any(row.person == account.person for row in owners):
        return False
    network = reference.network(seen.address, seen.at) if seen.address else None
    among_students = device.device_class == "cart" or (network is not None and network.kind == "student")
    return among_students or any(reference.has_role(row.person, seen.at, ("student",)) for row in owners)


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """An input of a staff account, what cuts a use, a refused sign-in, a reset password, or records opened."""
    if seen.action in RESETS:
        return _reset(seen, reference)
    if _is_of_an_app(seen, reference):
        return _obtained(seen, reference, policy)
    if (seen.outcome == "failure" and seen.action in SIGN_INS) or _is_wrong_password(seen):
        return _refused(seen, reference)
    if seen.action not in SEATS:
        return None
    found = seated(seen, reference, policy, ("personal",))
    account = reference.account(found.account or "", seen.at) if found else None
    outsiders = policy.detections.device_used_by_another.parameters.outsider_roles
    if found is None or account is None or not is_staff(reference, account, seen.at, outsiders):
        return None
    if found.kind != "web.requested":
        return found
    return structs.replace(found, **_records(seen, reference, policy))


def _is_wrong_password(seen: Seen) -> bool:
    """Whether a domain controller refused a ticket for it; most tickets are refused for reasons that nobody typed."""
    return seen.action == TICKET and seen.outcome == "failure" and (seen.reason or "").lower() == WRONG_PASSWORD


def _is_of_an_app(seen: Seen, reference: Reference) -> bool:
    """Whether somebody was let in to an app that the district lists."""
    listed = seen.app and seen.action in OBTAINS and seen.outcome == "success" and seen.account_basis != "claimed"
    return bool(listed) and reference.app(seen.app or "", seen.at) is not None


def _obtained(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """A student's account, of somebody with no other role here, in an app whose roles have no students among them."""
    account = reference.account(seen.account or "", seen.at)
    row = reference.app(seen.app or "", seen.at)
    if account is None or row is None or account.kind != "personal" or not account.person:
        return None
    held = {one.role for one in reference.roles(account.person, seen.at)}
    outsiders = policy.detections.device_used_by_another.parameters.outsider_roles
    if "student" not in held or held.difference(outsiders) or held.intersection(row.roles):
        return None
    confidence = "high" if seen.account_basis == "authenticated" else "medium"
    return structs.replace(
        remembered(seen, account), kind=OBTAINED, app=row.app, told=[seen.action, seen.app or ""], confidence=confidence
    )


def _reset(seen: Seen, reference: Reference) -> Sighting | None:
    name = seen.target_account or seen.account
    account = reference.account(name, seen.at) if name and seen.outcome != "failure" else None
    if account is None or not is_staff(reference, account, seen.at):
        return None
    return structs.replace(remembered(seen, account), kind=RESET, device_id=None, device=None)


def _refused(seen: Seen, reference: Reference) -> Sighting | None:
    """The name is what somebody typed: it is counted as tried at the device, and names nobody."""
    account = reference.account((seen.account or "").lstrip("?"), seen.at)
    if account is None or seen.device_id is None or not is_staff(reference, account, seen.at):
        return None
    kind = TICKET_REFUSED if seen.action == TICKET else REFUSED
    return structs.replace(remembered(seen, account), kind=kind, person=None)


def _records(seen: Seen, reference: Reference, policy: Policy) -> dict[str, str]:
    """What a request that was let through says of records: the host, its category, and whether it changed something."""
    rules = policy.detections.staff_account_on_student_device.parameters
    row = reference.domain_category(seen.domain, seen.at) if seen.domain else None
    if row is None or row.category not in rules.record_categories or seen.verdict == "blocked":
        return {}
    path = (seen.url or "").partition("://")[2].partition("/")[2].lower()
    signs_in = any(word in path for word in rules.sign_in_words)
    wrote = seen.method in rules.writing_methods and not signs_in
    return {"domain": seen.domain or "", "url_category": row.category, "verdict": WROTE if wrote else READ}


def alike(sighting: Sighting) -> object:
    """Web requests of one kind from one device run together; everything else stands by itself."""
    if sighting.kind == "web.requested":
        return device_key(sighting), sighting.site, sighting.system, sighting.address, sighting.domain, sighting.verdict
    return sighting.event_id

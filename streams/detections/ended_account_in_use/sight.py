"""What is remembered of accounts: sign-ins, a student's web traffic without a contract, and what the directory did."""

from model.policy import Policy
from model.reference import Account, Reference
from streams.patterns.standing import listed, signed
from streams.seen import Page, Seen
from streams.sighting import Sighting

DIRECTORY = frozenset({"account.created", "account.deleted", "account.disabled", "account.enabled"})
SIGN_IN = frozenset({
    "account.authenticated", "account.logged_on", "session.reconnected", "session.unlocked", "token.authorized",
    "tunnel.addressed", "tunnel.opened",
})  # fmt: skip
WEB = "web.requested"
KINDS = frozenset({"personal", "vendor"})
CONTRACT = "student_contract"
_AT_HAND = frozenset({None, "interactive", "unlock", "remote", "cached"})  # types of logon in which a person takes part
_NTLM = "4776"  # Windows: a machine validates credentials, as a mapped drive does by itself


def concerns(seen: Seen, reference: Reference) -> bool:
    """Whether it may matter: a sign-in of an account that can end, web traffic of a student without a contract."""
    if seen.action in DIRECTORY:
        return True
    account = _account(seen, reference)
    if account is None or account.kind not in KINDS:
        return False
    return seen.action != WEB or unsigned(account, reference, seen.at)


def unsigned(account: Account, reference: Reference, at: int) -> bool:
    """Whether the account is a student's who had signed no contract; False where nobody keeps a list of contracts."""
    if not account.person or not reference.known("contracts"):
        return False
    return (
        reference.has_role(account.person, at, frozenset({"student"}))
        and signed(reference, account.person, CONTRACT, at) is None
    )


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """A sign-in that succeeded, by a person; or what the directory did to an account (then `app` is who did it)."""
    if seen.action in DIRECTORY:
        changed = seen.outcome != "failure" and seen.target_account and not seen.target_account.endswith("$")
        return _sighting(seen, seen.target_account, by=seen.account) if changed else None
    if not _signs_in(seen, policy):
        return None
    account = _account(seen, reference)
    return _sighting(seen, account.account) if account and account.kind in KINDS else None


def _signs_in(seen: Seen, policy: Policy) -> bool:
    if seen.action == WEB:
        rules = policy.detections.ended_account_in_use.parameters
        return rules.require_contract and seen.verdict == "allowed"
    return seen.outcome == "success" and seen.logon_type in _AT_HAND and seen.vendor_code != _NTLM


def _account(seen: Seen, reference: Reference) -> Account | None:
    name = (seen.account or seen.holder) if seen.action == WEB else seen.account
    return listed(reference, name, seen.at) if name else None


def _sighting(seen: Seen, account: str | None, by: str | None = None) -> Sighting:
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=seen.action,
        source_id=seen.source_id,
        account=account,
        person=None if by else seen.person,
        device_id=None if by else seen.device_id,
        device=seen.device,
        address=seen.address,
        site=None if by else seen.site,
        reporter=seen.reporter,
        logon_type=seen.logon_type,
        app=by or seen.app,
        confidence=seen.confidence,
        time_quality=seen.time_quality,
        vendor_code=seen.vendor_code,
    )


def alike(sighting: Sighting) -> object:
    """Sign-ins of one kind at one place run together; so does web traffic. What the directory did stands alone."""
    if sighting.kind in DIRECTORY:
        return sighting.event_id
    if sighting.kind == WEB:
        return sighting.kind
    where = (sighting.device_id or sighting.device, sighting.address, sighting.source_id)
    return sighting.kind, sighting.logon_type, where


def continues(page: Page, policy: Policy) -> bool:
    """Web traffic that was let through, after web traffic that was."""
    return page.verdict == "allowed"

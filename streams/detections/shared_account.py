"""One personal account was in use at two places, or on two devices, at once; or on too many devices in one day.

Why: a shared password makes every record under the name worthless as proof, and lets others act as its owner.
Wrong when: a device is passed on, a pairing was never declared, or a source's clock is off; the finding says what was
    tested.
Do: ask the owner before anybody else; change the password; declare a pairing where two devices are one person's work.
"""

from dataclasses import replace
from datetime import timedelta

from model.reference import Account
from streams.detection import Case, Detection, Finding, Verdict
from streams.detections.unapproved_vendor_session import limits_of
from streams.excuses import Excuses, names
from streams.sessions import Session, build
from streams.shared_account_day import REASONS, Day, stays
from streams.shared_account_proof import Proof
from streams.shared_account_sighting import LISTENS, TUNNELS, alike, concerns, continues, sight, worth_judging
from streams.usage import CUTS, Use, overlaps

MINUTE = 60_000


def judge(case: Case) -> Verdict:
    """One finding per account and school day; its overlaps are listed inside."""
    account = case.reference.account(case.subject, case.started_at) or case.reference.account(
        case.subject, case.ended_at
    )
    if account is None:
        return Verdict([])
    if account.kind == "vendor":
        return Verdict(_judge_vendor(case, account))
    return Day(case, account).verdict()


def _judge_vendor(case: Case, account: Account) -> list[Finding]:
    """Two public addresses at once: several technicians under one name."""
    rules = case.policy.detection("shared_account").parameters
    found = [_as_use(session) for session in build(case.sightings, limits_of(case)) if session.address]
    shared = overlaps(found, rules.overlap_minutes * MINUTE)
    if not shared:
        return []
    excuses = Excuses(case, account, swap=0)
    by = [excuses.of(overlap.interval) for overlap in shared]
    left = [overlap for overlap, excuse in zip(shared, by, strict=True) if stays(excuse)]
    consulted = list(excuses.consulted.values())
    finding = Proof(case, account, left or shared, consulted=consulted, uses=found).finding(
        ["two_devices"], "high", "high"
    )
    if not left:
        return [replace(finding, suppressed_by=names(by))]
    return [replace(finding, ratified_by=names(excuse for excuse in by if stays(excuse)))]


def _as_use(session: Session) -> Use:
    """A tunnel stands for the device at its public address; an inferred tail never counts."""
    start, end = session.judged
    closed_by = session.tunnel[-1] if session.close == "recorded" else None
    return Use(session.address or "", "vpn", None, start, end, session.sightings, closed_by)


DETECTION = Detection(
    name="shared_account",
    major=1,
    title="Shared account",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    subject=lambda sighting: sighting.account or "",
    judge=judge,
    needs=frozenset({"auth", "device", "proxy"}),
    tables=frozenset({"accounts", "devices", "assignments", "pairings", "travel", "approvals", "exemptions"}),
    join=timedelta(minutes=5),
    alike=alike,
    concerns=concerns,
    continues=continues,
    movable=lambda sighting: sighting.kind != "web.requested",  # of those there are too many
    worth_judging=worth_judging,
    uses_device=lambda sighting: sighting.kind not in CUTS and sighting.kind not in TUNNELS,
)

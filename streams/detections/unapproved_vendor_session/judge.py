"""From a vendor's sessions around one school day to a finding for each that is not wholly covered."""

from dataclasses import replace

from model.reference import Account
from model.violation import SEVERITIES, Confidence, Innocent, Severity
from streams.detection import Case, Finding, Verdict
from streams.detections.unapproved_vendor_session.cover import HOUR, VendorCover
from streams.detections.unapproved_vendor_session.explanations import innocents
from streams.detections.unapproved_vendor_session.proof import VendorProof
from streams.patterns.intervals import intersect
from streams.patterns.reached_systems import reached
from streams.patterns.sessions import Session, build, limits_of
from streams.patterns.standing import is_vendors

REASONS = (
    "none",
    "early",
    "overrun",
    "wrong_system",
    "wrong_approver",
    "no_it_approval",
    "after_hours",
    "sponsor_gone",
    "agreement_ended",
)


def judge(case: Case) -> Verdict:
    """One finding per merged session that is not wholly covered; open ones are looked at again every hour."""
    if not case.reference.known("approvals"):
        return Verdict([])  # not known is not "none": nothing can be said without the table
    limits = limits_of(case, case.policy.detections.unapproved_vendor_session.parameters)
    sessions = [one for one in build(case.sightings, limits) if not one.is_stray]
    findings = [finding for session in sessions if (finding := _judged(case, session, sessions))]
    waking = [_wake_at(session, case) for session in sessions if session.close == "open"]
    return Verdict(findings, min(waking, default=None))


def _wake_at(session: Session, case: Case) -> int:
    """The next full hour of an open session, or when it has fallen idle."""
    hours = max(0, case.settled_at - session.started_at) // HOUR + 1
    return min(session.started_at + hours * HOUR, session.ended_at)


def _vendor_account(case: Case, session: Session) -> Account | None:
    """The account, where it is a vendor's and neither it nor its address is registered as a service."""
    at = session.started_at
    account = case.reference.account(session.account, at)
    peer = case.reference.account(session.address, at) if session.address else None
    if account is None or (peer is not None and peer.kind == "service"):
        return None
    return account if is_vendors(account, case.reference, at) else None


def _judged(case: Case, session: Session, sessions: list[Session]) -> Finding | None:
    account = _vendor_account(case, session)
    if account is None:
        return None
    cover = VendorCover(session, account, (), case.reference, case.calendar, case.policy)
    hosts = [system for row in cover.rows for system in row.systems]
    cover = replace(cover, reaches=reached(session, case.reference, hosts))
    reasons = _reasons(cover)
    return _finding(case, cover, reasons, innocents(cover, sessions)) if reasons else None


def _reasons(cover: VendorCover, *, late: bool = False) -> list[str]:
    """Every reason that holds, the gravest first; with `late` approvals counted too, or without them."""
    found = cover.with_late if late else cover.as_known
    reasons = set(found.reasons)
    bare = [segment.interval for segment in found.uncovered if not segment.grants]
    if intersect(bare, cover.after_hours):
        reasons.add("after_hours")
    if cover.strangers(found):
        reasons.add("wrong_system")
    if cover.agreement_ended:
        reasons.add("agreement_ended")
    if cover.sponsor_gone:
        reasons.add("sponsor_gone")
    return [reason for reason in REASONS if reason in reasons]


def _finding(case: Case, cover: VendorCover, reasons: list[str], tested: list[Innocent]) -> Finding:
    session, account = cover.session, cover.account
    exemption = cover.exemption
    timely = exemption is not None and not cover.is_late(exemption)
    ratifying = [grant for grant in cover.grants if grant.late] if not _reasons(cover, late=True) else []
    ratified_by = ", ".join(dict.fromkeys(grant.row.approval_id for grant in ratifying)) or None
    if exemption and not timely:
        ratified_by = ratified_by or exemption.exemption_id
    broke_glass = any(cover.breaks_glass(grant) for grant in ratifying)
    proof = VendorProof(cover, reasons, ratified_by)
    return Finding(
        identity=(session.account, session.address or "", str(session.started_at)),
        reasons=reasons,
        headline=proof.headline(),
        explanation=proof.explanation(broke_glass),
        severity="low" if broke_glass else _severity(case, reasons),
        confidence=_confidence(session, tested),
        started_at=session.started_at,
        ended_at=max(session.ended_at, session.started_at + 1),
        settles_at=_settles_at(session, cover),
        account=account.account,
        person=account.person,
        vendor=account.vendor,
        suppressed_by=exemption.exemption_id if exemption and timely else None,
        ratified_by=ratified_by,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=proof.consulted(exemption),
        innocent_explanations=tested,
        clauses=list(case.policy.detection("unapproved_vendor_session").clauses_for(reasons)),
        not_known=[table for table in ("vendors", "calendar", "devices") if not case.reference.known(table)],
    )


def _severity(case: Case, reasons: list[str]) -> Severity:
    by_reason = case.policy.detection("unapproved_vendor_session").severity
    severities: list[Severity] = [by_reason[reason] for reason in reasons]
    return max(severities, key=SEVERITIES.index)


def _confidence(session: Session, tested: list[Innocent]) -> Confidence:
    doubtful = session.opening == "inferred" or any(innocent.holds for innocent in tested)
    guessed = any(sighting.time_quality != "exact" for sighting in session.tunnel)
    return "medium" if doubtful or guessed or session.close != "recorded" else "high"


def _settles_at(session: Session, cover: VendorCover) -> int:
    """A recorded close may yet be followed by a reconnect; a missing one may still come."""
    if session.close == "recorded":
        return session.ended_at + cover.limits.merge_seconds * 1000
    return session.started_at + cover.limits.cap_hours * HOUR

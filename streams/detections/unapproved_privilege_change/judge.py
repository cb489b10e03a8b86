"""From the changes about one account on one school day to findings, one for each entitlement."""

from collections import defaultdict
from collections.abc import Iterator

from model.violation import SEVERITIES, Severity
from streams.detection import Case, Finding, Verdict
from streams.detections.unapproved_privilege_change.approved import Approvals
from streams.detections.unapproved_privilege_change.change import Change
from streams.detections.unapproved_privilege_change.entitlements import (
    GRANTS,
    LOGGING,
    MFA,
    TAKEN_BACK,
    USE,
    counts,
    key,
    rules_of,
)
from streams.detections.unapproved_privilege_change.proof import Proof
from streams.patterns.excuses import Excuses, names
from streams.patterns.intervals import Interval
from streams.sighting import Sighting

DETECTION = "unapproved_privilege_change"
REASONS = ("logging_disabled", "self_granted", "brief", "unapproved")
MINUTE, HOUR = 60_000, 3_600_000
_TELL = frozenset({USE, *(kind for kinds in TAKEN_BACK.values() for kind in kinds)})  # and change nothing themselves


def judge(case: Case) -> Verdict:
    """Without a table of approvals nobody can say that one is missing."""
    if not case.reference.known("approvals"):
        return Verdict([])
    approvals = Approvals(case)
    known = approvals.entitlements
    by_name: dict[tuple[str, bool], list[Sighting]] = defaultdict(list)
    for sighting in case.sightings:
        today = case.started_at <= sighting.at < case.ended_at
        if today and sighting.kind not in _TELL and _counts(sighting, case, known):
            by_name[key(sighting.app or ""), sighting.kind in GRANTS].append(sighting)
    found = (_finding(case, changes, approvals) for _, changes in sorted(by_name.items()))
    return Verdict([finding for finding in found if finding])


def _counts(s: Sighting, case: Case, approved: frozenset[str]) -> bool:
    """Whether it changes a privilege: a sync that puts back what it took away, and a new phone, change none."""
    service = by_service(s, case)
    if not counts(s.kind, s.app or "", case.policy, approved, by_service=service):
        return False
    rules = rules_of(case.policy)
    if s.kind == MFA and s.destination == s.account:
        near = Interval(s.at - rules.brief_minutes * MINUTE, s.at + rules.brief_minutes * MINUTE + 1)
        return not any(o.kind in TAKEN_BACK[MFA] and near.holds(o.at) for o in case.sightings)
    before = Interval(s.at - rules.resync_hours * HOUR, s.at + 1)
    return not (service and any(_takes_back(o, s) and before.holds(o.at) for o in case.sightings))


def by_service(s: Sighting, case: Case) -> bool:
    """Whether a service account, a machine, or an application that the record gives no account for, did it."""
    if s.destination is None:
        return True
    row = case.reference.account(s.destination, s.at)
    return s.destination.endswith("$") or (row is not None and row.kind == "service")


def _takes_back(other: Sighting, s: Sighting) -> bool:
    same = other.destination == s.destination and key(other.app or "") == key(s.app or "")
    return same and other.kind in TAKEN_BACK.get(s.kind, ())


def _finding(case: Case, found: list[Sighting], approvals: Approvals) -> Finding | None:
    """What of the changes nobody had approved in time; suppressed where every one of them is excused."""
    excuses = [Excuses(case, DETECTION, {"break_glass": _review(case, s.at)}) for s in found]
    changes = [_weighed(case, s, approvals, excuse) for s, excuse in zip(found, excuses, strict=True)]
    left = [one for one in changes if not one.approved]
    if not left:
        return None
    bare = [one for one in left if one.suppressed is None]
    proof = Proof(
        case, bare or left, [*approvals.weighed.values(), *(row for e in excuses for row in e.weighed.values())]
    )
    reasons = [reason for reason in REASONS if reason in {name for one in bare or left for name in one.reasons}]
    return _told(case, bare or left, reasons, proof, suppressed=not bare)


def _told(case: Case, changes: list[Change], reasons: list[str], proof: Proof, *, suppressed: bool) -> Finding:
    first, last = changes[0].sighting, changes[-1].sighting
    rules = case.policy.detection(DETECTION)
    ended_at = max([last.at, *(one.back.at for one in changes if one.back)]) + 1
    return Finding(
        identity=(case.subject, key(first.app or ""), "grant" if first.kind in GRANTS else first.kind, str(case.day)),
        reasons=reasons,
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=_severity(case, reasons[0], any(one.used for one in changes)),
        confidence="low" if proof.unnamed else "high",
        started_at=first.at,
        ended_at=ended_at,
        settles_at=last.at + rules_of(case.policy).brief_minutes * MINUTE,
        account=first.account,
        person=first.person,
        device_id=first.device_id,
        suppressed_by=names(one.suppressed for one in changes) if suppressed else None,
        ratified_by=None if suppressed else names(one.ratified for one in changes),
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=proof.consulted,
        innocent_explanations=proof.innocents(),
        not_known=proof.not_known(),
        clauses=list(rules.clauses_for(reasons)),
    )


def _severity(case: Case, reason: str, used: bool) -> Severity:
    """The pack's word for the reason; one step more where what was given was used."""
    said: Severity = case.policy.detection(DETECTION).severity[reason]
    return SEVERITIES[min(SEVERITIES.index(said) + used, len(SEVERITIES) - 1)]


def _review(case: Case, at: int) -> int:
    """How long after a change (ms) a break-glass approval may be written down."""
    end = at
    for _ in range(rules_of(case.policy).review_business_days):
        end = case.calendar.next_business_day_end(end if end == at else end - 1)
    return end - at


def _weighed(case: Case, s: Sighting, approvals: Approvals, excuses: Excuses) -> Change:
    approved = approvals.of(s, by_service=by_service(s, case))
    during = Interval(s.at, s.at + 1)
    excused = excuses.of(during, account=s.account, person=s.person, device_id=s.device_id)
    if excused is None and s.destination and s.destination != s.account:
        excused = excuses.of(during, account=s.destination)
    back, used = _back(case, s), _used(case, s)
    return Change(s, tuple(_reasons(case, s, back)), approved, excused, back, used)


def _reasons(case: Case, s: Sighting, back: Sighting | None) -> Iterator[str]:
    if s.kind in LOGGING:
        yield "logging_disabled"
        return
    own = s.kind in GRANTS and (s.destination == s.account or _same_person(case, s))
    brief = back is not None and back.at - s.at < rules_of(case.policy).brief_minutes * MINUTE
    yield from (name for name, holds in (("self_granted", own), ("brief", brief)) if holds)
    if not own and not brief:
        yield "unapproved"


def _same_person(case: Case, s: Sighting) -> bool:
    row = case.reference.account(s.destination, s.at) if s.destination else None
    return s.person is not None and row is not None and row.person == s.person


def _back(case: Case, s: Sighting) -> Sighting | None:
    """When it was taken back, or the second factor added again; by whomever."""
    about = key(s.app or "")
    later = (o for o in case.sightings if o.at >= s.at and o.kind in TAKEN_BACK.get(s.kind, ()))
    return next((o for o in later if key(o.app or "") == about), None)


def _used(case: Case, s: Sighting) -> Sighting | None:
    """The first act of an administrator after a right was given."""
    until = s.at + rules_of(case.policy).first_use_hours * HOUR
    if s.kind not in GRANTS:
        return None
    uses = [o for o in case.sightings if o.kind == USE and o.at <= until]
    known_before = any(o.at < s.at for o in uses)  # an administrator already: no use is the first
    return None if known_before else next(iter(uses), None)

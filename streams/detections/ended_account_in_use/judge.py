"""From one account's school day to its findings: what was done with it after its end, and that it is still enabled."""

from dataclasses import dataclass
from functools import cached_property

from model.reference import Account
from model.violation import SEVERITIES, Confidence, Severity
from streams.detection import Case, Finding, Verdict
from streams.detections.ended_account_in_use.enabled import StillEnabled, still_enabled
from streams.detections.ended_account_in_use.explanations import of_enabled, of_uses
from streams.detections.ended_account_in_use.proof import EnabledProof, UseProof
from streams.detections.ended_account_in_use.reactivation import ASKS, Reactivation, reactivations
from streams.detections.ended_account_in_use.uses import Use, Uses
from streams.patterns.excuses import Excuse, Excuses, names, stays
from streams.patterns.intervals import Interval

DETECTION = "ended_account_in_use"
REASONS = ("past_term", "separated", "suspended", "no_contract", "still_enabled", "reactivated_without_request")
AGAIN = "reactivated_without_request"
STILL = "still_enabled"


def judge(case: Case) -> Verdict:
    """One finding for what was done with the account on the day, one for the night that found it still enabled."""
    day = _Day(case)
    found = [day.finding()] if day.acts else []
    enabled = still_enabled(case)
    return Verdict([*found, *([_of_enabled(case, enabled)] if enabled else [])])


@dataclass(frozen=True)
class _Day:
    """The uses and reactivations of one day, those that somebody excused apart."""

    case: Case

    @cached_property
    def excuses(self) -> Excuses:
        return _excuses(self.case)

    @cached_property
    def uses(self) -> list[tuple[Use, Excuse | None]]:
        return [(use, _excused(self.excuses, use.at, use.account)) for use in Uses(self.case).found]

    @cached_property
    def reactivated(self) -> list[tuple[Reactivation, Excuse | None]]:
        """Only an exemption excuses one: which requests count was asked before (`Reactivation.asked_for`)."""
        exemptions = Excuses(self.case, DETECTION, weighed=self.excuses.weighed)
        return [(one, _excused(exemptions, one.event.at, one.account)) for one in reactivations(self.case)]

    @property
    def acts(self) -> list[tuple[Use | Reactivation, Excuse | None]]:
        return [*self.uses, *self.reactivated]

    def finding(self) -> Finding:
        """About what nobody had excused in time; if everything was excused, about all of it, suppressed."""
        left = [(act, excuse) for act, excuse in self.acts if stays(excuse)]
        shown = left or self.acts
        uses = [act for act, _ in shown if isinstance(act, Use)]
        again = [act for act, _ in shown if isinstance(act, Reactivation)]
        reasons = [one for one in REASONS if any(one in use.reasons for use in uses) or (one == AGAIN and again)]
        proof = UseProof(self.case, shown[0][0].account, uses, again, reasons)
        late = names(excuse for _, excuse in left) if left else None
        asked = min((one.ratified_by for one in again if one.ratified_by), default=None)
        return Finding(
            identity=(self.case.subject, self.case.day.isoformat()),
            reasons=reasons,
            headline=proof.headline(),
            explanation=proof.explanation(),
            severity=_severity(self.case, reasons, uses),
            confidence=_confidence(uses),
            started_at=proof.started_at,
            ended_at=proof.ended_at,
            settles_at=proof.ended_at,
            account=proof.account.account,
            person=proof.account.person,
            vendor=proof.account.vendor,
            suppressed_by=None if left else names(excuse for _, excuse in self.acts),
            ratified_by=late or (asked if not uses else None),
            exhibits=proof.exhibits(),
            measures=proof.measures(),
            consulted=[*proof.consulted(), *self.excuses.weighed.values()],
            innocent_explanations=of_uses(self.case, uses, again),
            not_known=_not_known(self.case),
            clauses=list(self.case.policy.detection(DETECTION).clauses_for(reasons)),
        )


def _excused(excuses: Excuses, at: int, account: Account) -> Excuse | None:
    return excuses.of(Interval(at, at + 1), account=account.account, person=account.person)


def _severity(case: Case, reasons: list[str], uses: list[Use]) -> Severity:
    """The pack's; low where nobody had written down yet that it had ended."""
    by_reason = case.policy.detection(DETECTION).severity
    given: list[Severity] = [by_reason[reason] for reason in reasons]
    if uses and AGAIN not in reasons and not any(use.known for use in uses):
        return "low"
    return max(given, key=SEVERITIES.index)


def _confidence(uses: list[Use]) -> Confidence:
    if any(use.sighting.confidence == "low" for use in uses):
        return "low"
    exact = all(use.sighting.time_quality == "exact" and use.sighting.confidence == "high" for use in uses)
    return "high" if exact else "medium"


def _of_enabled(case: Case, found: StillEnabled) -> Finding:
    proof, excuses = EnabledProof(case, found), _excuses(case)
    account = found.account
    excuse = excuses.of(Interval(found.at, found.at + 1), account=account.account, person=account.person)
    watched = case.heard("auth", found.ending.told_at or 0, found.at)
    timely = excuse is not None and not excuse.late
    return Finding(
        identity=(case.subject, STILL, found.ending.row.reference, str(found.ending.at)),
        reasons=[STILL],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=case.policy.detection(DETECTION).severity[STILL],
        confidence="high" if found.told_after or watched else "medium",
        started_at=found.at,
        ended_at=found.at + 1,
        settles_at=found.at + 1,
        account=account.account,
        person=account.person,
        vendor=account.vendor,
        suppressed_by=excuse.name if excuse and timely else None,
        ratified_by=excuse.name if excuse and not timely else None,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        consulted=[*proof.consulted(), *excuses.weighed.values()],
        innocent_explanations=of_enabled(case, found, watched),
        not_known=_not_known(case),
        clauses=list(case.policy.detection(DETECTION).clauses_for([STILL])),
    )


def _excuses(case: Case) -> Excuses:
    return Excuses(case, DETECTION, dict.fromkeys(ASKS, 0))


def _not_known(case: Case) -> list[str]:
    tables = ("standings", "roles", "academicSessions", "vendors", "directory", "approvals", "contracts")
    return [table for table in tables if not case.reference.known(table)]

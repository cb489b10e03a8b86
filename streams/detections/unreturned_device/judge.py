"""From one device around one school day to a finding for each holder who did not give it back in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from model.reference import Assignment, Loss, Return, Role, Standing
from model.violation import SEVERITIES, Confidence, Severity
from streams.detection import Case, Finding, Verdict
from streams.detections.unreturned_device.dues import District, Due, district_of
from streams.detections.unreturned_device.proof import Missing, MissingProof, RedeployedProof
from streams.patterns.excuses import Excuses
from streams.patterns.intervals import Interval
from streams.patterns.standing import person_ended

DETECTION = "unreturned_device"
REASONS = ("not_returned", "redeployed")
_GONE = frozenset({"lost", "stolen"})


def judge(case: Case) -> Verdict:
    """One finding per holder and due date that falls into the day; looked at again when it is missed, and later."""
    if not case.reference.known("returns"):
        return Verdict([])  # where nobody keeps a list of what came back, nothing is known to be missing
    judged = _Judged(case, district_of(case))
    assignments = case.reference.assignments_of(case.subject)
    dues = [due for one in assignments for due in judged.district.dues(one) if judged.is_of_the_day(due)]
    found = [judged.finding(missing) for due in dues if (missing := judged.missing(due))]
    found += [finding for one in assignments if (finding := judged.redeployed(one))]
    later = [at for due in dues for at in judged.looks(due) if at > case.now]
    return Verdict(found, overdue_at=min(later, default=None))


@dataclass(frozen=True)
class _Judged:
    """The case, and what the district's tables say of its device."""

    case: Case
    district: District

    @cached_property
    def returns(self) -> list[Return]:
        return self.case.reference.returns_of(self.case.subject)

    def is_of_the_day(self, due: Due) -> bool:
        return self.case.started_at <= self.district.starts_at(due) < self.case.ended_at

    def looks(self, due: Due) -> Iterator[int]:
        """When (ms) something may have changed: it is missed, and each step of the severity."""
        yield self.district.seen_at(due)
        for days in self.district.rules.escalate_business_days:
            yield self.case.calendar.business_days_later(max(due.at, due.known_at) - 1, days)

    def missing(self, due: Due) -> Missing | None:
        """The device, missed by this due date; None where it came back, is lost, or is not due yet."""
        seen_at, assignment = self.district.seen_at(due), due.assignment
        if self.case.now < seen_at or not assignment.holds(max(due.at, self.case.watched_since)):
            return None
        back = self._returned_at(assignment)
        if (back is not None and back <= seen_at) or self._is_gone(seen_at) or self._is_back_again(due, seen_at):
            return None
        start = self.district.starts_at(due)
        used = [one for one in self.case.sightings if one.at >= start and (back is None or one.at < back)]
        passed = [at for at in list(self.looks(due))[1:] if at <= min(self.case.now, back or self.case.now)]
        return Missing(due, start, seen_at, back, tuple(used), len(passed), max(passed, default=None))

    def _returned_at(self, assignment: Assignment) -> int | None:
        since = assignment.valid_from
        mine = [row.returned_at for row in self.returns if row.person in ("", assignment.person)]
        found = [at for at in mine if at is not None and (since is None or at >= since)]
        found += [at for at in [assignment.valid_to] if at is not None]
        return min(found, default=None)

    def _is_gone(self, at: int) -> bool:
        """Whether it was reported lost or stolen and not back by then: that is another detection's."""
        return any(_gone(row, at) for row in self.case.reference.losses(self.case.subject, at))

    def _is_back_again(self, due: Due, at: int) -> bool:
        """Whether its holder, who had left, was hired or enrolled again by then."""
        left = isinstance(due.row, Role | Standing)
        return left and person_ended(self.case.reference, due.assignment.person, at) is None

    def finding(self, missing: Missing) -> Finding:
        due, person = missing.due, missing.due.assignment.person
        excuses = Excuses(self.case, DETECTION, {"return_extension": 0})
        excuse = excuses.of(Interval(due.at, due.at + 1), person=person, device_id=self.case.subject)
        proof = MissingProof(self.case, missing)
        return Finding(
            identity=(self.case.subject, person, "not_returned", str(due.at)),
            reasons=["not_returned"],
            headline=proof.headline(),
            explanation=proof.explanation(),
            severity=self._severity(missing),
            confidence=_confidence(proof),
            started_at=missing.started_at,
            ended_at=proof.ended_at,
            settles_at=proof.ended_at,
            person=person,
            device_id=self.case.subject,
            suppressed_by=excuse.name if excuse and not excuse.late else None,
            ratified_by=excuse.name if excuse and excuse.late else None,
            exhibits=proof.exhibits(),
            measures=proof.measures(),
            spans=proof.spans(),
            consulted=[*proof.consulted(), *excuses.weighed.values()],
            innocent_explanations=proof.innocents(),
            not_known=_not_known(self.case),
        )

    def _severity(self, missing: Missing) -> Severity:
        """The pack's, a step higher after each of its days; high at least where it was in use afterward."""
        given = self.case.policy.detection(DETECTION).severity["not_returned"]
        steps = min(SEVERITIES.index(given) + missing.steps, SEVERITIES.index("high"))
        used: Severity = "high" if missing.used else "info"
        return max(given, SEVERITIES[steps], used, key=SEVERITIES.index)

    def redeployed(self, assignment: Assignment) -> Finding | None:
        """The device handed on unwiped on this day."""
        at = assignment.valid_from
        if at is None or not max(self.case.started_at, self.case.watched_since) <= at < self.case.ended_at:
            return None
        before = self.district.redeployed(assignment) if at <= self.case.now else None
        if before is None:
            return None
        excuses = Excuses(self.case, DETECTION)
        excuse = excuses.of(Interval(at, at + 1), person=assignment.person, device_id=self.case.subject)
        proof = RedeployedProof(self.case, before, assignment)
        return Finding(
            identity=(self.case.subject, assignment.person, "redeployed", str(at)),
            reasons=["redeployed"],
            headline=proof.headline(),
            explanation=proof.explanation(),
            severity=self.case.policy.detection(DETECTION).severity["redeployed"],
            confidence="high",
            started_at=at,
            ended_at=at + 1,
            settles_at=at + 1,
            person=assignment.person,
            device_id=self.case.subject,
            suppressed_by=excuse.name if excuse and not excuse.late else None,
            ratified_by=excuse.name if excuse and excuse.late else None,
            consulted=[*proof.consulted(), *excuses.weighed.values()],
            innocent_explanations=proof.innocents(),
            not_known=_not_known(self.case),
        )


def _gone(row: Loss, at: int) -> bool:
    told = [moment for moment in (row.last_seen_at, row.discovered_at, row.reported_at) if moment is not None]
    begun = not told or min(told) <= at
    return row.kind in _GONE and begun and (row.recovered_at is None or row.recovered_at > at)


def _confidence(proof: MissingProof) -> Confidence:
    return "medium" if any(one.holds for one in proof.innocents()) else "high"


def _not_known(case: Case) -> list[str]:
    return [one for one in ("roles", "standings", "devices", "losses") if not case.reference.known(one)]

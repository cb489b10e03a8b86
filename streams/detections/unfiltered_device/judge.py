"""From the silent days of a device to one finding for each row of them."""

from datetime import timedelta

from model.violation import Confidence
from streams.detection import Case, Finding, Verdict
from streams.detections.unfiltered_device.days import REASONS, SilentDay, by_day, due_at, judged, rules_of, silent
from streams.detections.unfiltered_device.explanations import innocents
from streams.detections.unfiltered_device.proof import UnfilteredProof
from streams.detections.unfiltered_device.sight import AGENT_OFF, AGENT_ON
from streams.patterns.excuses import Excuse, Excuses, names, stays

NAME = "unfiltered_device"


def judge(case: Case) -> Verdict:
    """A finding where the case's day is the first of enough silent days; later days make it longer."""
    told = by_day(case)
    days = [one for day in sorted(told) if (one := judged(case, day, told[day]))]
    excuses = Excuses(case, NAME, {"filter_bypass": 0, "security_testing": 0, "device_swap": 0})
    excused = {one.day: _excuse(case, one, excuses) for one in days}
    left = _row(case, [one for one in days if stays(excused[one.day])])
    found = left or _row(case, days)
    by = None if left else names(excused[one.day] for one in found if not stays(excused[one.day]))
    ratified = names(excused[one.day] for one in found) if left else None
    finding = [_finding(case, found, excuses, by, ratified)] if found else []
    rules = rules_of(case.policy)
    waiting = [due_at(SilentDay(day, s), rules) for day in told if (s := silent(told[day], rules))]
    return Verdict(finding, overdue_at=min((at for at in waiting if at > case.now), default=None))


def _row(case: Case, days: list[SilentDay]) -> list[SilentDay]:
    """The days within the window that the case's day begins; empty where it begins none, or they are too few."""
    rules = rules_of(case.policy)
    window = timedelta(days=rules.window_days)
    near = [one.day for one in days if case.day - window < one.day < case.day]
    row = [one for one in days if case.day <= one.day < case.day + window]
    begins = bool(row) and row[0].day == case.day and not near
    return row if begins and len(row) >= rules.days else []


def _excuse(case: Case, day: SilentDay, excuses: Excuses) -> Excuse | None:
    """Who excused all of a day: an exemption or ticket that names the device, or the person it is assigned to."""
    owners = {row.person for row in case.reference.assignees(case.subject, day.interval.start)}
    person = owners.pop() if len(owners) == 1 else None
    return excuses.of(day.interval, person=person, device_id=case.subject)


def _finding(case: Case, days: list[SilentDay], excuses: Excuses, by: str | None, ratified: str | None) -> Finding:
    proof = UnfilteredProof(case, days, excuses)
    ended_at = days[-1].interval.end + 1
    reasons = [reason for reason in REASONS if any(reason in day.reasons for day in days)]
    return Finding(
        identity=(case.subject, case.day.isoformat()),
        reasons=reasons,
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=case.policy.detection(NAME).severity[reasons[0]],
        confidence=_confidence(days),
        started_at=days[0].interval.start,
        ended_at=ended_at,
        settles_at=ended_at + rules_of(case.policy).window_days * 24 * 3_600_000,
        device_id=case.subject,
        suppressed_by=by,
        ratified_by=ratified,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=proof.consulted(),
        innocent_explanations=innocents(case, days),
        not_known=_not_known(case),
        clauses=list(case.policy.detection(NAME).clauses_for(reasons)),
    )


def _confidence(days: list[SilentDay]) -> Confidence:
    """As sure as the least sure day, of each its surest proof; guessed times make it medium."""
    order: tuple[Confidence, ...] = ("high", "medium", "low")
    of_days = [min((order.index(c) for p in day.proofs for c in order if c == p.confidence), default=2) for day in days]
    guessed = any(proof.time_quality != "exact" for day in days for proof in day.proofs)
    return order[max([*of_days, int(guessed)])]


def _not_known(case: Case) -> list[str]:
    absent = [table for table in ("assignments", "approvals") if not case.reference.known(table)]
    told = any(one.kind in (AGENT_OFF, AGENT_ON) for one in case.sightings)
    health = "whether the filter's agent was healthy: no source told of it"
    return [*absent, "whether the filter's agent was outdated: no source tells it" if told else health]

"""From the signs of one person and device on one school day to a finding."""

from collections.abc import Sequence

from model.violation import Confidence, Severity
from streams.detection import Case, Finding, Verdict
from streams.detections.filter_circumvention.bursts import Burst, bursts, succeeded
from streams.detections.filter_circumvention.excuses import FilterExcuses
from streams.detections.filter_circumvention.proof import FilterProof
from streams.detections.filter_circumvention.sight import MINUTE
from streams.detections.filter_circumvention.signals import Signal, marks, rules_of, signal_of
from streams.patterns.excuses import names, stays
from streams.sighting import Sighting

REASONS = ("succeeded", "attempted")


def judge(case: Case) -> Verdict:
    """One finding per person, device and school day, with its bursts inside."""
    today = [s for s in case.sightings if case.started_at <= s.at < case.ended_at]
    found = [signal for s in today if (signal := signal_of(s, case.reference, case.policy))]
    void = [signal for signal in found if _is_the_feeds(signal, case)]
    counting = [signal for signal in found if signal not in void]
    excuses = FilterExcuses.asked(case, subject_account(today))
    open_bursts = bursts([s for s in counting if stays(excuses.of(s))], rules_of(case.policy))
    if open_bursts:
        return Verdict([_finding(case, today, void, open_bursts, excuses, None)])
    all_bursts = bursts(counting, rules_of(case.policy))
    if not all_bursts:
        return Verdict([])
    by = names(e for burst in all_bursts for s in burst.signals if not stays(e := excuses.of(s)))
    return Verdict([_finding(case, today, void, all_bursts, excuses, by)])


def _is_the_feeds(signal: Signal, case: Case) -> bool:
    """Whether a whole site first showed the same host or category at once."""
    shown = list(marks(signal.sighting, case.reference, case.policy))
    return any(spike.voids(signal.sighting.site, mark, signal.at) for spike in case.spikes for mark in shown)


def subject_account(sightings: Sequence[Sighting]) -> str | None:
    """The account that was signed in; where there were several, the one seen most."""
    names = [sighting.account for sighting in sightings if sighting.account]
    return max(sorted(set(names)), key=names.count, default=None)


def _finding(
    case: Case, today: list[Sighting], void: list[Signal], found: list[Burst], excuses: FilterExcuses, by: str | None
) -> Finding:
    rules = case.policy.detections.filter_circumvention
    reason = "succeeded" if any(succeeded(burst, rules.parameters) for burst in found) else "attempted"
    proof = FilterProof(case, today, void, found, reason, excuses)
    signals = [signal for burst in found for signal in burst.signals]
    ended_at = max(signal.sighting.until for signal in signals) + 1
    return Finding(
        identity=(case.subject, case.day.isoformat()),
        reasons=[reason],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity="low" if proof.is_guest else _severity(case, reason),
        confidence=_confidence(signals, proof),
        started_at=found[0].started_at,
        ended_at=ended_at,
        settles_at=ended_at + max(rules.parameters.window_minutes, rules.parameters.fleet_minutes) * MINUTE,
        account=proof.account,
        person=proof.person,
        subject=f"|{proof.device_id}" if proof.unnamed else None,
        device_id=proof.device_id,
        suppressed_by=by,
        ratified_by=names(map(excuses.of, signals)) if by is None else None,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=proof.consulted(),
        innocent_explanations=proof.innocents(),
        clauses=list(rules.clauses_for([reason])),
        not_known=[table for table in ("domains", "networks", "devices") if not case.reference.known(table)],
    )


def _severity(case: Case, reason: str) -> Severity:
    severity: Severity = case.policy.detection("filter_circumvention").severity[reason]
    return severity


def _confidence(signals: list[Signal], proof: FilterProof) -> Confidence:
    """As sure as the attribution of most signals; a guest's own device, and a mere name, is nobody we know."""
    if proof.is_guest or proof.person is None:
        return "low" if proof.is_guest or proof.unnamed or proof.called else "medium"
    sure: list[Confidence] = ["high", "medium", "low"]
    held = [signal.sighting.confidence for signal in signals]
    return max(sure, key=lambda level: (held.count(level), -sure.index(level)))

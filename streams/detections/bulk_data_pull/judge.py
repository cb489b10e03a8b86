"""From what one person pulled around one school day to a finding."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from model.violation import Severity
from streams.detection import Case, Finding, Verdict
from streams.detections.bulk_data_pull.proof import Proof
from streams.detections.bulk_data_pull.pull import Pull
from streams.detections.bulk_data_pull.sight import DETECTION, EXPORT, MINUTE, UPLOAD, WHOLE, kind_now, rules_of
from streams.patterns.baselines import Baseline, baseline
from streams.patterns.excuses import Excuses, names, stays
from streams.patterns.intervals import Interval
from streams.patterns.sliding import in_order, windows
from streams.sighting import Sighting

REASONS = ("whole_export", "exported_records", "unsanctioned_storage")
HOUR = 60 * MINUTE


class _Asked(NamedTuple):
    """One question: which sightings, over how long, how much of each, and what is too much at an instant."""

    reason: str
    length: int
    amount: Callable[[Sighting], int]
    limit: Callable[[int], Baseline]


def judge(case: Case) -> Verdict:
    """One finding per person and school day; each way of pulling is a pull inside it."""
    seen = [s for s in case.sightings if s.kind != UPLOAD or kind_now(s, case)]
    found = [*_whole(case, seen), *_exports(case, seen), *_uploads(case, seen)]
    if not found:
        return Verdict([])
    first = min((s for pull in found for s in pull.sightings if s.at >= case.started_at), key=lambda s: s.at)
    row = case.reference.account(first.account, first.at) if first.account else None
    excuses = Excuses(case, DETECTION, {"data_integration": 0})
    by = [
        excuses.of(
            Interval(pull.started_at, pull.ended_at),
            account=first.account,
            person=first.person,
            device_id=first.device_id,
            vendor=row.vendor if row else None,
        )
        for pull in found
    ]
    left = [pull for pull, excuse in zip(found, by, strict=True) if stays(excuse)]
    proof = Proof(case, left or found, first, list(excuses.weighed.values()))
    return Verdict([_finding(case, proof, None if left else names(by), names(by) if left else None)])


def _finding(case: Case, proof: Proof, suppressed_by: str | None, ratified_by: str | None) -> Finding:
    reasons = [reason for reason in REASONS if any(pull.reason == reason for pull in proof.pulls)]
    ended_at = max(pull.ended_at for pull in proof.pulls)
    return Finding(
        identity=(case.subject, case.day.isoformat()),
        reasons=reasons,
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=_severity(case, reasons[0], proof),
        confidence="medium" if proof.first.person is None and proof.vendor is None else "high",
        started_at=proof.first.at,
        ended_at=ended_at,
        settles_at=ended_at,
        account=proof.first.account,
        person=proof.first.person,
        device_id=None if proof.first.account else proof.first.device_id,
        vendor=proof.vendor,
        suppressed_by=suppressed_by,
        ratified_by=ratified_by,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=proof.consulted(),
        innocent_explanations=proof.innocents(),
        not_known=proof.not_known(),
    )


def _severity(case: Case, reason: str, proof: Proof) -> Severity:
    said: Severity = case.policy.detection(DETECTION).severity[reason]
    return "high" if proof.vendor is not None and said in ("info", "low", "medium") else said


def _whole(case: Case, seen: Sequence[Sighting]) -> Iterator[Pull]:
    today = [s for s in seen if s.kind == WHOLE and case.started_at <= s.at < case.ended_at]
    if today:
        yield Pull("whole_export", today, sum(s.count for s in today), Baseline(0, 0, None, 1), None)


def _exports(case: Case, seen: Sequence[Sighting]) -> Iterator[Pull]:
    rules = rules_of(case.policy)
    usual = _baseline(case, seen, rules.record_floor, case.usual.daily_records)
    asked = _Asked("exported_records", rules.record_hours * HOUR, lambda s: s.count, lambda at: usual)
    yield from _over(case, [s for s in seen if s.kind == EXPORT], asked)


def _uploads(case: Case, seen: Sequence[Sighting]) -> Iterator[Pull]:
    """Of each source by itself: two that log the same traffic must not be added up. The one that saw most speaks."""
    rules = rules_of(case.policy)

    def limit(at: int) -> Baseline:
        hour = case.usual.hourly_bytes.get(case.calendar.local(at).hour, [])
        return _baseline(case, seen, rules.byte_floor, hour)

    asked = _Asked("unsanctioned_storage", rules.byte_minutes * MINUTE, lambda s: s.bytes_out, limit)
    sent = [s for s in seen if s.kind == UPLOAD]
    sources = sorted({s.source_id for s in sent})
    found = [pull for name in sources for pull in _over(case, [s for s in sent if s.source_id == name], asked)]
    yield from sorted(found, key=lambda pull: -pull.total)[:1]


def _baseline(case: Case, seen: Sequence[Sighting], floor: int, samples: list[int]) -> Baseline:
    """A vendor has no cohort: the floor alone."""
    rules = rules_of(case.policy)
    factor = 1 if _is_vendor(case, seen) else rules.cold_start_factor
    return baseline(floor, [] if factor == 1 else samples, rules.cohort_percentile, rules.cohort_min_samples, factor)


def _is_vendor(case: Case, seen: Sequence[Sighting]) -> bool:
    rows = (case.reference.account(s.account, s.at) for s in seen if s.account)
    return any(row is not None and row.kind == "vendor" for row in rows)


def _over(case: Case, seen: Sequence[Sighting], asked: _Asked) -> Iterator[Pull]:
    """What passed the limit in a stretch that ended today, without what yesterday's finding has counted."""
    ordered = in_order([s for s in seen if s.at < case.ended_at])
    before = [s for s in ordered if s.at < case.started_at]
    if any(w.total > asked.limit(w.at).limit for w in windows(before, asked.length, asked.amount)):
        ordered = [s for s in ordered if s.at >= case.started_at]
    passed = [
        window
        for window in windows(ordered, asked.length, asked.amount)
        if window.at >= case.started_at and window.total > asked.limit(window.at).limit
    ]
    if passed:
        most = max(passed, key=lambda window: window.total)
        counted = ordered[passed[0].first : passed[-1].stop]
        peak = Interval(ordered[most.first].at, most.at + 1)
        yield Pull(asked.reason, counted, most.total, asked.limit(most.at), peak)

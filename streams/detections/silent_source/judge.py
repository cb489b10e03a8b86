"""From what a source told, hour by hour, to a finding for each silence and for each day with far fewer records."""

from collections.abc import Iterator, Mapping

from model.policy import Policy
from model.policy.detections.silent_source import SilentSourceParameters
from model.violation import Severity
from streams.detection import Case, Finding, Known, Opening, Verdict
from streams.detections.silent_source.explanations import of_drops, of_silence
from streams.detections.silent_source.proof import DropProof, SilenceProof, calendar_rows
from streams.memory.flows import HOUR
from streams.patterns.source_volume import WEEKS, Drop, Silence, Usual, others_dropped, usual_of

NAME = "silent_source"
REASONS = ("silent", "fewer_records")
MINUTE = 60_000


def rules_of(policy: Policy) -> SilentSourceParameters:
    """The numbers of the pack."""
    return policy.detections.silent_source.parameters


def opens(known: Known, since: int, until: int) -> Iterator[Opening]:
    """A case for each silence that can be told now, and each hour that is over with too few records."""
    found = usual_of(known.sources, known.calendar, rules_of(known.policy))
    for name, usual in found.items():
        late = usual.heard.lateness
        for silence in usual.silences(since - late, until):
            yield Opening(name, silence.noticed_at + late, silence.started_at)
        for drop in usual.drops(since - late - HOUR, until):
            yield Opening(name, drop.at + HOUR + late, drop.at)


def judge(case: Case) -> Verdict:
    """The silences that began on the case's day, and the hours of that day with too few records as one finding."""
    found = usual_of(case.sources, case.calendar, rules_of(case.policy))
    usual = found.get(case.subject)
    if usual is None:
        return Verdict([])  # the district has it no more
    silences = list(usual.silences(case.started_at, case.now))
    today = [one for one in silences if case.started_at <= one.started_at < case.ended_at]
    drops = [one for one in _drops(case, usual) if not any(_meets(one, silence) for silence in silences)]
    left = [one for one in drops if not _is_the_schools(case, found, one)]
    left = left if len(left) > 1 or any(one.samples >= WEEKS for one in left) else []
    findings = [_silent(case, usual, one) for one in today] + ([_fewer(case, usual, left)] if left else [])
    going_on = any(one.ended_at is None for one in today)
    return Verdict(findings, overdue_at=case.now // HOUR * HOUR + HOUR if going_on else None)


def _drops(case: Case, usual: Usual) -> Iterator[Drop]:
    first = -(-case.started_at // HOUR)
    for hour in range(first, case.ended_at // HOUR):
        if found := usual.drop(hour * HOUR, case.now):
            yield found


def _meets(drop: Drop, silence: Silence) -> bool:
    return silence.started_at < drop.at + HOUR and (silence.ended_at is None or drop.at < silence.ended_at)


def _is_the_schools(case: Case, found: Mapping[str, Usual], drop: Drop) -> bool:
    """Whether at least half of the other sources, and two, had far less too: a quiet hour of the school, not of one."""
    dropped, known = others_dropped(found, case.subject, drop.at, case.now)
    return dropped >= 2 and dropped * 2 >= known


def _silent(case: Case, usual: Usual, silence: Silence) -> Finding:
    rules = case.policy.detection(NAME)
    end = case.now // HOUR * HOUR if silence.ended_at is None else silence.ended_at
    end = max(end, silence.noticed_at)
    proof = SilenceProof(case, usual, silence, end)
    severity: Severity = rules.severity["silent"]
    return Finding(
        identity=(case.subject, "silent", str(silence.started_at)),
        reasons=["silent"],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity="critical" if proof.whole_hours >= rules_of(case.policy).least_records else severity,
        confidence="high",
        started_at=silence.started_at,
        ended_at=end,
        settles_at=end + usual.heard.lateness,
        source_id=case.subject,
        opens_gap=silence.ended_at is not None,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=calendar_rows(case),
        innocent_explanations=of_silence(case, silence),
        not_known=_not_known(case),
    )


def _fewer(case: Case, usual: Usual, drops: list[Drop]) -> Finding:
    rules = case.policy.detection(NAME)
    proof = DropProof(case, drops)
    grave = proof.missing_percent > rules_of(case.policy).critical_percent
    severity: Severity = rules.severity["fewer_records"]
    end = drops[-1].at + HOUR
    return Finding(
        identity=(case.subject, "fewer", case.day.isoformat()),
        reasons=["fewer_records"],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity="critical" if grave else severity,
        confidence="medium" if min(drop.samples for drop in drops) >= WEEKS else "low",
        started_at=drops[0].at,
        ended_at=end,
        settles_at=end + usual.heard.lateness,
        source_id=case.subject,
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=calendar_rows(case),
        innocent_explanations=of_drops(case, drops),
        not_known=_not_known(case),
    )


def _not_known(case: Case) -> list[str]:
    return [table for table in ("calendar", "academicSessions") if not case.reference.known(table)]

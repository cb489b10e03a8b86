"""Two detections of what does not happen, and a policy that knows them: for tests of how absence is judged."""

from datetime import time, timedelta
from typing import Any, Literal

from pydantic import Field

from model.event import format_ms
from model.policy import Policy, base_policy
from model.policy.detections import Detections
from model.policy.parameters import Minutes, Strict
from model.policy.rules import DetectionRule
from model.reference import Reference
from model.violation import Exhibit
from streams.detection import Case, Detection, Finding, Known, Opening, Verdict
from streams.detections.catalog import DETECTIONS
from streams.engine.engine import Engine
from streams.patterns.openings import deadlines, silence, sweep, together
from streams.seen import Seen
from streams.sighting import Sighting

MINUTE = 60_000
DAY = 24 * 60 * MINUTE


class NotReturnedParameters(Strict):
    grace_minutes: Minutes
    again_minutes: Minutes


class QuietParameters(Strict):
    longest_minutes: Minutes


class MoreDetections(Detections):
    not_returned: DetectionRule[Literal["late", "overnight"], NotReturnedParameters]
    quiet_source: DetectionRule[Literal["quiet"], QuietParameters]


class MorePolicy(Policy):
    detections: MoreDetections = Field()


def _rule(parameters: dict[str, int], **severity: str) -> dict[str, Any]:
    return {"enabled": True, "clauses": ["base/filter"], "severity": severity, "parameters": parameters}


_BASE = base_policy().model_dump(mode="json")
MORE = MorePolicy.model_validate(
    {
        **_BASE,
        "hash": "0a",
        "detections": {
            **_BASE["detections"],
            "not_returned": _rule({"grace_minutes": 60, "again_minutes": 1440}, late="medium", overnight="low"),
            "quiet_source": _rule({"longest_minutes": 30}, quiet="medium"),
        },
    }
)


# A device that was not wiped when it was due (a deadline after a fact), or a loaner that was out overnight (a sweep)


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    device = reference.device_named(seen.device or "", seen.at)
    return device and Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=seen.action,
        source_id=seen.source_id,
        device_id=device.device_id,
    )


def due_at(valid_to: int, policy: Policy) -> int:
    return valid_to + policy.detection("not_returned").parameters.grace_minutes * MINUTE


def assignments_due(known: Known) -> list[Opening]:
    rows = known.reference.rows("assignments")
    return [Opening(row.device_id, due_at(row.valid_to, known.policy)) for row in rows if row.valid_to is not None]


def loaners_out(known: Known, at: int) -> list[str]:
    loaners = [row.device_id for row in known.reference.rows("devices") if row.device_class == "loaner"]
    return [device for device in loaners if known.reference.assignees(device, at)]


def judge_returned(case: Case) -> Verdict:
    rules = case.policy.detection("not_returned").parameters
    rows = [row for row in case.reference.rows("assignments") if row.device_id == case.subject and row.valid_to]
    due = [at for row in rows if case.started_at <= (at := due_at(row.valid_to, case.policy)) < case.ended_at]
    due += [due_at(one.at, case.policy) for one in case.sightings if one.kind == "device.stopped"]
    found = [_late(case, at) for at in due if _is_missing(case, at)]
    six = case.calendar.instant(case.day, time(6))
    if case.now >= six and case.subject in loaners_out(known_of(case), six):
        found.append(_finding(case, "overnight", six, six + 1))
    later = [at for at in [*due, *(at + rules.again_minutes * MINUTE for at in due)] if at > case.now]
    return Verdict(found, overdue_at=min(later, default=None))


def known_of(case: Case) -> Known:
    return Known(case.reference, case.calendar, case.policy, case.sources)


def _is_missing(case: Case, at: int) -> bool:
    wiped = any(one.kind == "device.wiped" and at - DAY <= one.at < at for one in case.sightings)
    return case.now >= at and not wiped and case.heard("device", at - DAY, at)


def _late(case: Case, at: int) -> Finding:
    again = case.policy.detection("not_returned").parameters.again_minutes * MINUTE
    return _finding(case, "late", at, max(at + 1, at + again if case.now >= at + again else at + 1))


def _finding(case: Case, reason: str, start: int, end: int) -> Finding:
    return Finding(
        identity=(case.subject, reason, str(start)),
        reasons=[reason],
        headline=f"{case.subject}: {reason} since {format_ms(start)}",
        explanation="Nothing says that it came back.",
        severity=case.policy.detection("not_returned").severity[reason],
        confidence="high",
        started_at=start,
        ended_at=end,
        settles_at=end,
        device_id=case.subject,
        exhibits=[
            Exhibit(event_id=s.event_id, occurred_at=format_ms(s.at), source_id=s.source_id, shows=s.kind)
            for s in case.sightings
        ],
    )


NOT_RETURNED = Detection(
    name="not_returned",
    major=1,
    title="Not returned",
    reasons=("late", "overnight"),
    on=frozenset({"device.stopped", "device.wiped"}),
    sight=sight,
    subject=lambda sighting: sighting.device_id or "",
    judge=judge_returned,
    needs={"late": frozenset({"device"}), "overnight": frozenset()},
    tables=frozenset({"assignments", "devices"}),
    remembers=timedelta(days=5),
    reach=1,
    opens=together(deadlines(assignments_due, frozenset({"assignments"})), sweep(lambda known: time(6), loaners_out)),
)


# A source of which nothing was heard


def longest_silence(known: Known, source: str) -> int | None:
    longest = known.policy.detection("quiet_source").parameters.longest_minutes * MINUTE
    return longest if "vpn" in known.sources[source].categories else None


def judge_quiet(case: Case) -> Verdict:
    longest = case.policy.detection("quiet_source").parameters.longest_minutes * MINUTE
    stretches = [
        stretch for stretch in case.sources[case.subject].quiet(case.now) if stretch[1] - stretch[0] >= longest
    ]
    found = [
        Finding(
            identity=(case.subject, str(start)),
            reasons=["quiet"],
            headline=f"nothing was heard of {case.subject} from {format_ms(start)} to {format_ms(end)}",
            explanation="Nothing was heard.",
            severity="medium",
            confidence="high",
            started_at=start + longest,
            ended_at=end,
            settles_at=end,
        )
        for start, end in stretches
    ]
    return Verdict(found, overdue_at=case.now + 5 * MINUTE if stretches and stretches[-1][1] == case.now else None)


QUIET_SOURCE = Detection(
    name="quiet_source",
    major=1,
    title="Quiet source",
    reasons=("quiet",),
    on=frozenset(),
    sight=lambda seen, reference, policy: None,
    subject=lambda sighting: sighting.source_id,
    judge=judge_quiet,
    needs={"quiet": frozenset()},
    tables=frozenset(),
    remembers=timedelta(days=3),
    opens=silence(longest_silence),
)

MORE_DETECTIONS = (*DETECTIONS, NOT_RETURNED, QUIET_SOURCE)


def engine(district: str) -> Engine:
    """The real engine, with two detections more."""
    return Engine(district, MORE_DETECTIONS, defaults=MORE)

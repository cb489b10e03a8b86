"""From the events that fit one rule, about one subject on one school day, to a finding."""

from collections.abc import Iterable, Sequence

from model.policy.sigma import SigmaRule, When
from model.vocabulary import SIGMA
from streams.detection import Case, Finding, Verdict
from streams.detections.sigma.proof import Proof
from streams.detections.sigma.windows import Window, windows
from streams.patterns.excuses import Excuse, Excuses, names, stays
from streams.patterns.intervals import Interval
from streams.sighting import Sighting


def judge(name: str, digest: str, case: Case) -> Verdict:
    """One finding for the subject and school day: every window that begins on that day."""
    rule = case.policy.sigma.get(name)
    if rule is None or rule.digest != digest:
        return Verdict([])  # the version of the pack that was in force that day has no such rule
    told = [one for one in case.sightings if _counts(rule.when, one, case)]
    found = [one for one in windows(rule, told) if case.started_at <= _start(one) < case.ended_at]
    return Verdict([_finding(name, rule, case, found)] if found else [])


def _counts(when: When, one: Sighting, case: Case) -> bool:
    """Whether the rule asks for events of such a time: the office's hours, or days on which the school teaches."""
    if when == "always":
        return True
    if when in ("office_hours", "after_hours"):
        return case.calendar.after_hours(one.at, case.policy.hours) == (when == "after_hours")
    day = case.calendar.local(one.at).date()
    return case.calendar.is_school_day(day, one.site) == (when == "school_days")


def _start(window: Window) -> int:
    return min(one.at for one in window.sightings)


def _finding(name: str, rule: SigmaRule, case: Case, found: Sequence[Window]) -> Finding:
    members = {one.event_id: one for window in found for one in window.sightings}
    events = sorted(members.values(), key=lambda s: (s.at, s.event_id))
    excuses = Excuses(case, SIGMA + name)
    excused = _excused(excuses, events)
    suppressed = names(one if one and not one.late else None for one in excused)
    certain = any(window.certain for window in found)
    proof = Proof(name, rule, case, found, events, excuses)
    return Finding(
        identity=(rule.digest, case.subject, str(case.day)),
        reasons=[rule.kind],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=rule.severity,
        confidence="high" if certain else "low",
        started_at=events[0].at,
        ended_at=events[-1].at + 1,
        settles_at=max(_start(window) for window in found) + rule.timespan_s * 1000 + 1,
        account=_one(one.account for one in events),
        person=_one(one.person for one in events),
        device_id=_one(one.device_id for one in events),
        suppressed_by=suppressed,
        ratified_by=None if suppressed else names(excused),
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=list(excuses.weighed.values()),
        innocent_explanations=[proof.exempt(any(not stays(one) for one in excused))],
        not_known=proof.not_known(),
    )


def _excused(excuses: Excuses, events: Sequence[Sighting]) -> list[Excuse | None]:
    """What excuses each of whom it is about; nobody is hidden because somebody else is exempt."""
    about: dict[tuple[str | None, str | None, str | None], Sighting] = {}
    for one in events:
        about.setdefault((one.account, one.person, one.device_id), one)
    return [
        excuses.of(Interval(one.at, one.at + 1), account=account, person=person, device_id=device_id)
        for (account, person, device_id), one in about.items()
    ]


def _one(said: Iterable[str | None]) -> str | None:
    """What all of them say, if they say one thing."""
    every = set(said)
    return every.pop() if len(every) == 1 else None

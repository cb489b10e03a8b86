"""From a finding to a violation: identity, the policy's words, coverage; the evidence contract, filled in one place."""

import hashlib
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec

from model.event import format_ms
from model.policy import Policy, Staged
from model.violation import STAGED, Clause, Coverage, Evidence, Exhibit, Status, Violation, finding_of
from streams.detection import Case, Detection, Finding
from streams.evidence.clocks import with_clocks
from streams.evidence.identity import STRENGTH, Identity
from streams.evidence.plain_words import listed
from streams.memory.watermarks import NEVER, Source

_ROOT = Path(__file__).parents[2]
_CARRIES = (
    "streams/worker/",
    "streams/app.py",
    "model/clock.py",
    "model/schema.py",
    "model/settings.py",
    "model/topics.py",
)
_encode = msgspec.json.Encoder(order="sorted").encode


def violation_id(detection: Detection, district: str, identity: tuple[str, ...]) -> str:
    """Hash of the rule, its major version and what identifies the violation; the order of arrival has no part in it."""
    parts = "\0".join((detection.name, str(detection.major), district, *identity))
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


@cache
def code_hash() -> str:
    """Hash of all code that decides what is found, so that a finding names what it was made by."""
    hashed = hashlib.sha256()
    for name in deciding():
        hashed.update(name.encode() + b"\0" + (_ROOT / name).read_bytes() + b"\0")
    return hashed.hexdigest()[:16]


def deciding() -> list[str]:
    """The modules that decide what is found: of model/ and streams/ all but those that only carry or measure."""
    found = (
        path.relative_to(_ROOT).as_posix() for room in ("model", "streams") for path in (_ROOT / room).rglob("*.py")
    )
    return sorted(name for name in found if not name.startswith(_CARRIES))


def digest(violation: Violation) -> str:
    """Hash of the finding; a violation gets a new revision only when it changes."""
    return hashlib.sha256(_encode(finding_of(violation))).hexdigest()[:16]


def violation(
    finding: Finding,
    detection: Detection,
    case: Case,
    district: str,
    epoch: int,
    coverage: list[Coverage],
    settled_at: int,
) -> Violation:
    """The violation for `finding` under the policy in force. `settled_at`: until when (ms) its sources have settled."""
    finding = _grounded(with_clocks(finding, case), case)
    rules = case.policy.detection(detection.name)
    named = finding.clauses if finding.clauses is not None else rules.clauses_for(finding.reasons)
    own = [exhibit for exhibit in _in_order(finding) if exhibit.event_id not in finding.aside]
    ids = dict.fromkeys(i for e in own for i in (e.event_id, e.last_event_id) if i)
    status: Status = "provisional" if finding.settles_at > settled_at else "open"
    unread = _unread(finding, detection, case)
    suppressed_by = finding.suppressed_by or (STAGED if _is_tried(rules.staged, finding, case) else None)
    return Violation(
        violation_id=violation_id(detection, district, finding.identity),
        district=district,
        detection=detection.name,
        reason=finding.reasons[0],
        reasons=finding.reasons,
        severity=finding.severity,
        confidence="low" if unread else finding.confidence,
        status="suppressed" if suppressed_by else status,
        basis=rules.basis_for(finding.reasons),
        headline=_in_doubt(unread) + finding.headline,
        explanation=" ".join([*_doubted(unread), finding.explanation, *_whose_hands(finding)]),
        account=finding.account,
        person=finding.person,
        device_id=finding.device_id,
        vendor=finding.vendor,
        source_id=finding.source_id,
        started_at=format_ms(finding.started_at),
        ended_at=format_ms(finding.ended_at),
        policy=case.policy.label,
        clauses=[_clause(case.policy, name) for name in named],
        event_ids=list(ids),
        evidence=_evidence(finding, detection, case, coverage, unread),
        epoch=epoch,
        suppressed_by=suppressed_by,
        ratified_by=finding.ratified_by,
    )


def _whose_hands(finding: Finding) -> list[str]:
    """What no record of an account proves; it stands wherever an account did something, so that nobody reads more."""
    said = "The records show which account was used, not whose hands were on the keyboard."
    return [said] if finding.account and finding.exhibits else []


def _in_order(finding: Finding) -> list[Exhibit]:
    """The exhibits in order of time; what only shows a clock comes last, so that it does not stand before the proof."""
    return sorted(finding.exhibits, key=lambda one: (one.event_id in finding.aside, one.occurred_at, one.event_id))


def _is_tried(staged: Staged | None, finding: Finding, case: Case) -> bool:
    """Whether the finding began while the detection was on trial."""
    return staged is not None and staged.since <= case.calendar.local(finding.started_at).date() < staged.until


def _grounded(finding: Finding, case: Case) -> Finding:
    """The finding with everything that its people, devices and sites rest on; its confidence is that of the weakest."""
    shown = {exhibit.event_id for exhibit in finding.exhibits}
    identity = Identity(case, [sighting for sighting in case.sightings if sighting.event_id in shown])
    weakest = identity.confidence(finding.exhibits, with_site=finding.rests_on_site)
    return replace(
        finding,
        confidence=max(finding.confidence, weakest, key=STRENGTH.index),
        exhibits=identity.shown(finding.exhibits),
        consulted=[*finding.consulted, *identity.rows(finding.consulted)],
        innocent_explanations=[*finding.innocent_explanations, identity.innocent()],
    )


def _clause(policy: Policy, name: str) -> Clause:
    text = policy.clauses[name]
    return Clause(clause_id=name, section=text.section, quote=text.quote)


def _unread(finding: Finding, detection: Detection, case: Case) -> list[str]:
    """What the finding's tables do not say as they should: rows that are lost, and rows in doubt that it concerns."""
    rows = case.reference.unread(detection.asks)
    own = (finding.account, finding.person, finding.device_id, finding.vendor, case.subject)
    shown = ((one.account, one.person, one.device_id) for one in finding.exhibits)
    names = {name for names in (own, *shown) for name in names if name} if rows else set()
    return [said for row in rows for said in row.said_of(names)]


def _in_doubt(unread: list[str]) -> str:
    """What must be read before a headline whose tables have mistakes: it is not a fact."""
    tables = dict.fromkeys(f"{one.split(':', 1)[0]}.csv" for one in unread)
    return f"In doubt (mistakes in {listed(list(tables))}): " if unread else ""


def _doubted(unread: list[str]) -> list[str]:
    said = "This finding may be wrong, because the district's tables have mistakes."
    return [said, *(one if one.endswith("?") else f"{one}." for one in unread)] if unread else []


def _evidence(
    finding: Finding, detection: Detection, case: Case, coverage: list[Coverage], unread: list[str]
) -> Evidence:
    shown = {exhibit.event_id for exhibit in finding.exhibits}
    local = case.calendar.local
    return Evidence(
        rule=detection.name,
        rule_major=detection.major,
        code_hash=code_hash(),
        parameters=case.policy.detection(detection.name).parameters.model_dump(mode="json"),
        subject=case.subject if finding.subject is None else finding.subject,
        window_utc=(format_ms(finding.started_at), format_ms(finding.ended_at)),
        window_local=(local(finding.started_at).isoformat(), local(finding.ended_at).isoformat()),
        school_day=case.day.isoformat(),
        exhibits=_in_order(finding),
        measures=finding.measures,
        spans=finding.spans,
        consulted=finding.consulted,
        innocent_explanations=finding.innocent_explanations,
        coverage=coverage,
        time_quality=dict(Counter(s.time_quality for s in case.sightings if s.event_id in shown)),
        not_known=finding.not_known + unread,
    )


def coverage(finding: Finding, needed: dict[str, tuple[str, Source | None]]) -> list[Coverage]:
    """What each needed source covers, up to when the finding settles; one that sent nothing yet is named as such."""
    return [_covered(finding, name, category, source) for name, (category, source) in sorted(needed.items())]


def _covered(finding: Finding, name: str, category: str, source: Source | None) -> Coverage:
    if source is None or min(source.began_at, source.spoke_since) > finding.ended_at:
        return Coverage(source_id=name, category=category, note="nothing received yet")
    until = finding.settles_at if source.ended else min(source.reached_at, finding.settles_at)
    open_gap = [] if source.silent_since is None else [(source.silent_since, finding.ended_at)]
    gaps = [
        (format_ms(start), format_ms(end))
        for start, end in [*source.gaps, *open_gap]
        if start < finding.ended_at and end > finding.started_at
    ]
    complete = until >= finding.ended_at and not gaps
    return Coverage(
        source_id=name,
        category=category,
        read_until=None if until == NEVER else format_ms(until),
        gaps=gaps,
        note="complete" if complete else "not complete: see read_until and gaps",
    )


def letter_id(district: str, stage: str, line: bytes) -> str:
    """The id of a dead letter: what it holds and where it was refused."""
    return hashlib.sha256(b"\0".join((district.encode(), stage.encode(), line))).hexdigest()[:32]

"""What we concluded: one violation of one policy by one subject, with its proof. Field names are a public contract."""

from typing import Any, Literal

import msgspec

Status = Literal["provisional", "open", "suppressed", "withdrawn"]
Severity = Literal["info", "low", "medium", "high", "critical"]
Confidence = Literal["high", "medium", "low"]
STAGED = "staged"  # `suppressed_by` of what a detection found while it was on trial (a pack's `staged`)
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")


class Exhibit(msgspec.Struct, kw_only=True, omit_defaults=True, frozen=True):
    """One event that contributes: what it shows, and how to find its row (the id is a hash of the raw record).

    `basis`: how the event came by the name or address that it contributes: authenticated, observed or claimed.
    """

    event_id: str
    occurred_at: str
    source_id: str
    shows: str  # plain words
    account: str | None = None
    person: str | None = None
    device_id: str | None = None
    address: str | None = None
    site: str | None = None
    weight: int | None = None
    count: int | None = None  # how many like events this one stands for
    until: str | None = None  # the last of them
    last_event_id: str | None = None
    basis: str | None = None


class Span(msgspec.Struct, kw_only=True, omit_defaults=True, frozen=True):
    """A stretch of time to draw: a session, an approval, an overlap, an uncovered segment."""

    kind: str  # session, approval, uncovered, overlap, burst
    label: str
    started_at: str
    ended_at: str
    close: str | None = None  # recorded, inferred, open
    event_ids: list[str] = []
    reference: str | None = None


class Consulted(msgspec.Struct, kw_only=True, omit_defaults=True, frozen=True):
    """A reference row the judgment used or weighed, and what came of it (`failed` names the test it did not pass)."""

    reference: str  # table:key@valid_from
    says: str
    valid_from: str | None = None
    valid_to: str | None = None
    recorded_at: str | None = None
    failed: str | None = None


class Innocent(msgspec.Struct, kw_only=True, frozen=True):
    """An innocent explanation that was tested, and the answer."""

    explanation: str
    answer: str  # plain words
    holds: bool


class Measure(msgspec.Struct, kw_only=True, omit_defaults=True, frozen=True):
    """A number the verdict rests on, the threshold beside it, and the events that make it up."""

    name: str
    value: float
    threshold: float | None = None
    unit: str = ""
    event_ids: list[str] = []


class Coverage(msgspec.Struct, kw_only=True, omit_defaults=True, frozen=True):
    """What a needed source can answer for over the time judged."""

    source_id: str
    category: str
    read_until: str | None = None
    gaps: list[tuple[str, str]] = []
    note: str = ""


class Evidence(msgspec.Struct, kw_only=True, frozen=True):
    """The whole proof (detections.md names it the evidence contract)."""

    rule: str
    rule_major: int
    code_hash: str
    parameters: dict[str, Any]
    subject: str
    window_utc: tuple[str, str]
    window_local: tuple[str, str]
    school_day: str
    exhibits: list[Exhibit]
    measures: list[Measure]
    spans: list[Span]
    consulted: list[Consulted]
    innocent_explanations: list[Innocent]
    coverage: list[Coverage]
    time_quality: dict[str, int]
    not_known: list[str]  # tables that are absent ("timetable"), and what could not be read of those that are there
    digest_pointer: str | None = None
    changed: list[str] = []  # fields that differ from the revision before; empty in the first


class Clause(msgspec.Struct, kw_only=True, frozen=True):
    """A clause as the district published it."""

    clause_id: str
    section: str
    quote: str


class Adopted(msgspec.Struct, kw_only=True, frozen=True):
    """Who put what a replay found in the place of what was found before: when, and why."""

    adoption_id: str
    by: str
    at: str
    why: str


class Violation(msgspec.Struct, kw_only=True):
    """One violation at one revision. A revision replaces, a withdrawal ends; neither ever erases."""

    violation_id: str
    district: str
    detection: str
    reason: str
    reasons: list[str]
    severity: Severity
    confidence: Confidence
    status: Status
    basis: str  # clause or base
    headline: str
    explanation: str  # a paragraph a principal can read
    account: str | None
    person: str | None
    device_id: str | None
    vendor: str | None
    started_at: str
    ended_at: str
    policy: str  # pack id, version and hash
    clauses: list[Clause]
    event_ids: list[str]
    evidence: Evidence
    revision: int = 1
    epoch: int = 0
    suppressed_by: str | None = None
    superseded_by: str | None = None
    ratified_by: str | None = None
    source_id: str | None = None  # of a finding about a source
    adopted: Adopted | None = None  # where this revision is what a replay found

    def own(self, exhibit: Exhibit) -> bool:
        """Whether it is a record of the finding's own. One that only shows a clock is somebody else's sign-in, and
        nobody is shown it as it was written (ADR 0017)."""
        return exhibit.event_id in self.event_ids


def finding_of(violation: Violation) -> Violation:
    """What was found and nothing of how often, by which code or after what: equal findings make no revision."""
    evidence = msgspec.structs.replace(violation.evidence, code_hash="", changed=[])
    return msgspec.structs.replace(violation, revision=0, epoch=0, evidence=evidence, adopted=None)


def what_changed(before: Violation, now: Violation) -> list[str]:
    """The fields in which two findings differ, in order; those of the evidence by their own names."""
    old, new = finding_of(before), finding_of(now)
    fields = [name for name in Violation.__struct_fields__ if name != "evidence"]
    said = [name for name in fields if getattr(old, name) != getattr(new, name)]
    proof = Evidence.__struct_fields__
    return said + [name for name in proof if getattr(old.evidence, name) != getattr(new.evidence, name)]


def same_matter(old: Violation, new: Violation) -> bool:
    """Whether a finding tells of the same account (or person and device) over a time that meets the other's."""
    same = (old.account, old.person, old.device_id) == (new.account, new.person, new.device_id)
    return (same or old.account == new.account) and old.started_at <= new.ended_at and new.started_at <= old.ended_at


encode_violation = msgspec.json.Encoder().encode
decode_violation = msgspec.json.Decoder(Violation).decode

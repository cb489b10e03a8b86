"""From one person's use of the network on one school day to a finding."""

from collections.abc import Callable, Iterator, Sequence

from streams.detection import Case, Finding, Verdict
from streams.detections.bandwidth_abuse.abuse import Abuse
from streams.detections.bandwidth_abuse.proof import Proof
from streams.detections.bandwidth_abuse.sight import (
    DETECTION,
    LARGE,
    MINUTE,
    NO_SIZE,
    PEER,
    STREAM,
    kind_now,
    rules_of,
)
from streams.patterns.duty_time import in_duty_time
from streams.patterns.excuses import Excuses, names, stays
from streams.patterns.intervals import Interval, union
from streams.patterns.sliding import in_order, windows
from streams.sighting import Sighting

REASONS = ("peer_to_peer", "streaming", "downloads")


def judge(case: Case) -> Verdict:
    """One finding per person (or device) and school day; each kind of abuse is inside it."""
    kinds = {s.event_id: kind_now(s, case) for s in case.sightings}
    seen = [s for s in case.sightings if kinds[s.event_id] is not None]
    duty = [s for s in seen if in_duty_time(case, s.at, s.person, s.device_id)]
    streamed = duty if rules_of(case.policy).duty_time_only else seen
    found = [
        *_each_source([s for s in duty if kinds[s.event_id] == PEER], lambda own: _peers(case, own)),
        *_each_source([s for s in streamed if kinds[s.event_id] == STREAM], lambda own: _streams(case, own)),
        *_each_source([s for s in duty if kinds[s.event_id] in (LARGE, STREAM, PEER)], lambda own: _large(case, own)),
    ]
    return Verdict([_finding(case, found)] if found else [])


def _each_source(seen: Sequence[Sighting], ask: Callable[[list[Sighting]], Iterator[Abuse]]) -> Iterator[Abuse]:
    """Two sources may log the same traffic, so each is asked by itself and the one that saw most speaks."""
    sources = sorted({s.source_id for s in seen})
    found = [abuse for name in sources for abuse in ask([s for s in seen if s.source_id == name])]
    yield from sorted(found, key=lambda abuse: -abuse.amount)[:1]


def _peers(case: Case, seen: list[Sighting]) -> Iterator[Abuse]:
    """Flows: of one host and minute one, since a page load is one act."""
    rules = rules_of(case.policy)
    ordered = list(_sessions(in_order(seen)))
    found = [w for w in windows(ordered, rules.peer_minutes * MINUTE + 1, lambda s: 1) if w.total >= rules.peer_flows]
    if found:
        most = max(found, key=lambda window: window.total)
        counted = ordered[found[0].first : found[-1].stop]
        yield Abuse(
            "peer_to_peer", counted, most.total, rules.peer_flows, Interval(ordered[most.first].at, most.at + 1)
        )


def _sessions(ordered: list[Sighting]) -> Iterator[Sighting]:
    """Each session once: a firewall tells of one when it knows the application and again when it ends."""
    told: set[tuple[str | None, str | None]] = set()
    for s in ordered:
        key = (s.session_id, s.destination or s.domain)
        if s.session_id is None or key not in told:
            told.add(key)
            yield s


def _streams(case: Case, seen: list[Sighting]) -> Iterator[Abuse]:
    """Requests to streaming hosts with small gaps between them are one stream."""
    rules = rules_of(case.policy)
    stretches = union([_lasted(s) for s in seen], rules.stream_gap_minutes * MINUTE)
    for stretch in stretches:
        inside = [s for s in seen if stretch.start <= s.at < stretch.end]
        sized = [s for s in inside if s.vendor_code != NO_SIZE]
        watched = len(sized) < len(inside) or sum(s.bytes_in for s in sized) >= rules.stream_bytes
        if stretch.length - 1 >= rules.stream_minutes * MINUTE and watched:
            yield Abuse("streaming", inside, stretch.length - 1, rules.stream_minutes * MINUTE, stretch)


def _lasted(s: Sighting) -> Interval:
    """A flow is logged when it ends."""
    return Interval(s.at - round((s.duration_s or 0) * 1000), s.until + 1)


def _large(case: Case, seen: list[Sighting]) -> Iterator[Abuse]:
    rules = rules_of(case.policy)
    length = rules.download_minutes * MINUTE

    def amount(s: Sighting) -> int:
        """Of a flow longer than the stretch only the share that fits into it."""
        lasted = (s.duration_s or 0) * 1000
        return s.bytes_in if lasted <= length else int(s.bytes_in * length / lasted)

    ordered = in_order(seen)
    found = [w for w in windows(ordered, length, amount) if w.total > rules.download_floor]
    if found:
        most = max(found, key=lambda window: window.total)
        counted = ordered[found[0].first : found[-1].stop]
        peak = Interval(ordered[most.first].at, most.at + 1)
        yield Abuse("downloads", counted, most.total, rules.download_floor, peak)


def _finding(case: Case, found: list[Abuse]) -> Finding:
    first = min((s for abuse in found for s in abuse.sightings), key=lambda s: (s.at, s.event_id))
    excuses = Excuses(case, DETECTION)
    by = [
        excuses.of(abuse.peak, account=first.account, person=first.person, device_id=first.device_id) for abuse in found
    ]
    left = [abuse for abuse, excuse in zip(found, by, strict=True) if stays(excuse)]
    proof = Proof(case, left or found, first, list(excuses.weighed.values()))
    reasons = [reason for reason in REASONS if any(abuse.reason == reason for abuse in proof.found)]
    ended_at = max(s.until for abuse in proof.found for s in abuse.sightings) + 1
    return Finding(
        identity=(case.subject, case.day.isoformat()),
        reasons=reasons,
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=case.policy.detection(DETECTION).severity[reasons[0]],
        confidence="high" if first.person else "medium",
        started_at=first.at,
        ended_at=ended_at,
        settles_at=ended_at + rules_of(case.policy).stream_gap_minutes * MINUTE,
        account=first.account,
        person=first.person,
        device_id=None if first.account else first.device_id,
        suppressed_by=None if left else names(by),
        ratified_by=names(by) if left else None,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=proof.consulted(),
        innocent_explanations=proof.innocents(),
        not_known=proof.not_known(),
    )

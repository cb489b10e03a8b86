"""One personal account was in use at two places, or on two devices, at once; or on too many devices in one day.

Why: a shared password makes every record under the name worthless as proof, and lets others act as its owner.
Wrong when: a device is passed on, a pairing was never declared, or a source's clock is off; the finding says what was
    tested.
Do: ask the owner before anybody else; change the password; declare a pairing where two devices are one person's work.
"""

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from model.policy import Policy, SharedAccountParameters
from model.reference import Account, Reference
from model.violation import Confidence
from streams.detection import Case, Detection, Finding, Verdict
from streams.detections.unapproved_vendor_session import limits_of
from streams.excuses import Excuse, Excuses, names
from streams.intervals import Interval
from streams.seen import Seen
from streams.sessions import Session, build
from streams.shared_account_proof import Proof
from streams.sighting import Sighting
from streams.usage import CUTS, Crossing, Overlap, Use, crossings, device_key, overlaps, uses

MINUTE = 60_000
REASONS = ("two_sites", "two_devices", "many_devices")
INPUTS = frozenset({"account.logged_on", "session.unlocked", "session.reconnected"})
TUNNELS = frozenset({"tunnel.opened", "tunnel.closed", "tunnel.addressed", "tunnel.reported"})
SAT_DOWN = frozenset({"interactive", "unlock", "cached"})
STANDING = frozenset({"server", "vdi", "network"})  # what is reached from elsewhere tells nothing of where one is


def sight(seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
    """An input, or what cuts a use: of a personal account on a device; of a vendor's account, its tunnels."""
    action = seen.action
    name = seen.account if action in INPUTS or action in TUNNELS else seen.account or seen.holder
    if name is None or seen.outcome == "failure":
        return None
    if action == "web.requested" and (seen.device_id is None or _background(seen, policy)):
        return None
    if action == "account.logged_on" and seen.logon_type not in SAT_DOWN:
        return None
    account = reference.account(name, seen.at)
    if account is None or account.kind != ("vendor" if action in TUNNELS else "personal"):
        return None
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=action,
        source_id=seen.source_id,
        account=account.account,
        person=account.person,
        device_id=seen.device_id,
        device=seen.device,
        address=seen.address,
        site=seen.site,
        session_id=seen.session_id,
        assigned_address=seen.assigned_address,
        duration_s=seen.duration_s,
        confidence=seen.confidence,
        time_quality=seen.time_quality,
    )


def concerns(seen: Seen, reference: Reference) -> bool:
    """Whether it may be an input: web traffic is one of somebody we know, on a device we know."""
    if seen.action != "web.requested":
        return True
    name = seen.account or seen.holder
    account = reference.account(name, seen.at) if name and seen.device_id else None
    return account is not None and account.kind == "personal"


def continues(seen: Seen, policy: Policy) -> bool:
    """Web traffic of somebody whose web traffic was an input a moment ago."""
    return seen.action == "web.requested" and seen.outcome != "failure" and not _background(seen, policy)


def _background(seen: Seen, policy: Policy) -> bool:
    """Traffic that needs nobody at the device: updates, sync, whatever the pack lists; and what the filter stopped."""
    return seen.domain is None or _asked_by_itself(
        seen.domain, policy.detections.shared_account.parameters.background_domains
    )


@lru_cache(maxsize=65536)
def _asked_by_itself(domain: str, background: tuple[str, ...]) -> bool:
    return any(domain == name or domain.endswith(f".{name}") for name in background)


def alike(sighting: Sighting) -> object:
    """Web requests from one device at one site run together; everything else stands by itself."""
    if sighting.kind == "web.requested":
        return device_key(sighting), sighting.site
    return sighting.event_id


def worth_judging(sightings: list[Sighting], policy: Policy) -> bool:
    """Whether two devices or two addresses could have been in use at once, by first and last of each; cheap."""
    if not TUNNELS.isdisjoint([sighting.kind for sighting in sightings]):
        return any(s.address != sightings[0].address or s.device != sightings[0].device for s in sightings)
    if len({sighting.device_id or sighting.device for sighting in sightings}) < 2:
        return False
    spans: dict[str, tuple[int, int]] = {}
    sites = set()
    for sighting in sightings:
        if key := device_key(sighting):
            start, end = spans.get(key, (sighting.at, sighting.until))
            spans[key] = (min(start, sighting.at), max(end, sighting.until))
            sites.add(sighting.site)
    rules = policy.detections.shared_account.parameters
    if len(spans) < 2:
        return False
    return len(spans) >= rules.many_devices_floor or len(sites - {None}) > 1 or _meet(spans, rules.overlap_minutes)


def _meet(spans: dict[str, tuple[int, int]], minutes: int) -> bool:
    """Whether any two of the spans share so many minutes."""
    reached = -(1 << 62)
    for start, end in sorted(spans.values()):
        if min(reached, end) - start >= minutes * MINUTE:
            return True
        reached = max(reached, end)
    return False


def judge(case: Case) -> Verdict:
    """One finding per account and school day; its overlaps are listed inside."""
    account = case.reference.account(case.subject, case.started_at) or case.reference.account(
        case.subject, case.ended_at
    )
    if account is None:
        return Verdict([])
    if account.kind == "vendor":
        return Verdict(_judge_vendor(case, account))
    return _Day(case, account).verdict()


def _judge_vendor(case: Case, account: Account) -> list[Finding]:
    """Two public addresses at once: several technicians under one name."""
    rules = case.policy.detection("shared_account").parameters
    found = [_as_use(session) for session in build(case.sightings, limits_of(case)) if session.address]
    shared = overlaps(found, rules.overlap_minutes * MINUTE)
    if not shared:
        return []
    excuses = Excuses(case, account, swap=0)
    by = [excuses.of(overlap.interval) for overlap in shared]
    left = [overlap for overlap, excuse in zip(shared, by, strict=True) if _stays(excuse)]
    consulted = list(excuses.consulted.values())
    finding = Proof(case, account, left or shared, consulted=consulted, uses=found).finding(
        ["two_devices"], "high", "high"
    )
    if not left:
        return [replace(finding, suppressed_by=names(by))]
    return [replace(finding, ratified_by=names(excuse for excuse in by if _stays(excuse)))]


def _as_use(session: Session) -> Use:
    """A tunnel stands for the device at its public address; an inferred tail never counts."""
    start, end = session.judged
    closed_by = session.tunnel[-1] if session.close == "recorded" else None
    return Use(session.address or "", "vpn", None, start, end, session.sightings, closed_by)


class Found(NamedTuple):
    """What the tests found of a school day: uses at once at two sites and on two devices, crossings, many devices."""

    apart: list[Overlap]
    at_once: list[Overlap]
    crossed: list[Crossing]
    many: dict[str, int]


def _stays(excuse: Excuse | None) -> bool:
    """Whether nobody had excused it in time."""
    return excuse is None or excuse.late


class _Day:
    """One personal account's school day."""

    def __init__(self, case: Case, account: Account) -> None:
        self.case = case
        self.account = account
        self.rules: SharedAccountParameters = case.policy.detection("shared_account").parameters
        self.excuses = Excuses(case, account, self.rules.swap_minutes * MINUTE)
        self.uses = uses(case.sightings, self._class_of, case.policy.idle_ms)

    def _class_of(self, device: str) -> str | None:
        known = self.case.reference.device(device, self.case.started_at) or self.case.reference.device(
            device, self.case.ended_at
        )
        return known.device_class if known else None

    def verdict(self) -> Verdict:
        """The finding, if any test is met; looked at again when the day is over, for its cohort."""
        here = [use for use in self.uses if use.device_class not in STANDING]
        both = overlaps(here, self.rules.overlap_minutes * MINUTE)
        apart = [o for o in both if o.one.site and o.other.site and o.one.site != o.other.site]
        at_once = [o for o in both if self._counts(o)]
        crossed = self._enough(crossings(here, self._travel))
        many = self._many(here)
        wake_at = self.case.ended_at if len({use.device for use in here}) >= self.rules.many_devices_floor else None
        left = Found(
            [o for o in apart if _stays(self._excuse(o))],
            [o for o in at_once if _stays(self._excuse(o))],
            self._enough([c for c in crossed if _stays(self._excuse(c))]),
            many if _stays(self._excuse_of_many(many)) else {},
        )
        if any(left):
            return Verdict([self._finding(left, suppressed=False)], wake_at)
        found = Found(apart, at_once, crossed, many)
        return Verdict([self._finding(found, suppressed=True)] if any(found) else [], wake_at)

    def _enough(self, crossed: list[Crossing]) -> list[Crossing]:
        return crossed if len(crossed) >= self.rules.two_site_inputs else []

    def _excuse(self, found: Overlap | Crossing) -> Excuse | None:
        """Who excused it when it happened: an exemption, or a device-swap ticket within half an hour."""
        if isinstance(found, Overlap):
            return self.excuses.of(found.interval, (found.one.device, found.other.device))
        during = Interval(found.one.until, max(found.one.until, found.other.at))
        return self.excuses.of(during, [s.device_id for s in (found.one, found.other) if s.device_id])

    def _excuse_of_many(self, many: dict[str, int]) -> Excuse | None:
        return self.excuses.of(Interval(min(many.values()), max(many.values()))) if many else None

    def _excuses_of(self, found: Found) -> list[Excuse | None]:
        """Who excused each thing found, in time or later."""
        pairs: list[Overlap | Crossing] = [*found.apart, *found.at_once, *found.crossed]
        excuses = [self._excuse(one) for one in pairs]
        return [*excuses, self._excuse_of_many(found.many)] if found.many else excuses

    def _travel(self, site: str, other: str) -> int:
        minutes = self.case.reference.travel_minutes(site, other, self.case.started_at)
        return (self.rules.travel_minutes if minutes is None else minutes) * MINUTE

    def _counts(self, overlap: Overlap) -> bool:
        """Both of the classes that count, not both in the person's normal set, and no declared pairing."""
        ends = (overlap.one, overlap.other)
        if any(use.device_class not in self.rules.classes for use in ends):
            return False
        normal = self.normal_set(overlap.interval.start)
        return not all(use.device in normal for use in ends) and not self._paired(overlap)

    def _paired(self, overlap: Overlap) -> bool:
        person, at = self.account.person, overlap.interval.start
        return bool(person and self.case.reference.paired(person, overlap.one.device, overlap.other.device, at))

    def normal_set(self, at: int) -> set[str]:
        """Devices assigned to the person, and those used on enough of the last 30 days, where so many are known."""
        assigned = self.case.reference.assigned(self.account.person, at) if self.account.person else []
        normal = {row.device_id for row in assigned}
        if self.case.history.days_known >= self.rules.normal_days:
            used = self.case.history.devices.items()
            normal |= {device for device, days in used if len(days) >= self.rules.normal_days}
        return normal

    def _many(self, here: list[Use]) -> dict[str, int]:
        """The devices of the day where they are too many: at the floor and above nearly everybody of the cohort."""
        devices = {use.device: use.at for use in sorted(here, key=lambda u: u.at, reverse=True) if use.device[0] != "?"}
        people = sum(self.case.cohorts.counted.values())
        if people < self.rules.cohort_min_person_days:
            counting = self.rules.young_classes
            devices = {device: at for device, at in devices.items() if self._class_of(device) in counting}
        elif len(devices) <= percentile(self.case.cohorts.counted, self.rules.cohort_percentile):
            return {}
        return devices if len(devices) >= self.rules.many_devices_floor else {}

    def _finding(self, found: Found, *, suppressed: bool) -> Finding:
        apart, at_once, crossed, many = found
        tests = zip(REASONS, (apart or crossed, at_once, many), strict=True)
        reasons = [reason for reason, holds in tests if holds]
        severity = self.case.policy.detection("shared_account").severity[reasons[0]]
        young = self.case.history.days_known < self.rules.normal_days
        confidence: Confidence = "low" if young else "high" if reasons[0] == "two_sites" else "medium"
        shared = list({(o.interval, o.one.device, o.other.device): o for o in [*apart, *at_once]}.values())
        normal = self.normal_set(self.case.started_at)
        consulted = list(self.excuses.consulted.values())
        proof = Proof(self.case, self.account, shared, crossed, many, normal, young, consulted, self.uses)
        excuses = self._excuses_of(found)
        by = names(excuse for excuse in excuses if excuse and not excuse.late) if suppressed else None
        ratified_by = None if suppressed else names(excuses)
        return replace(proof.finding(reasons, severity, confidence), suppressed_by=by, ratified_by=ratified_by)


def percentile(counted: dict[int, int], percent: float) -> int:
    """The nearest-rank percentile of a histogram."""
    rank = -(-sum(counted.values()) * percent // 100)
    below = 0
    for value in sorted(counted):
        below += counted[value]
        if below >= rank:
            return value
    return max(counted, default=0)


DETECTION = Detection(
    name="shared_account",
    major=1,
    title="Shared account",
    reasons=REASONS,
    on=INPUTS | CUTS | TUNNELS | {"web.requested"},
    sight=sight,
    subject=lambda sighting: sighting.account or "",
    judge=judge,
    needs=frozenset({"auth", "device", "proxy"}),
    tables=frozenset({"accounts", "devices", "assignments", "pairings", "travel", "approvals", "exemptions"}),
    join=timedelta(minutes=5),
    alike=alike,
    concerns=concerns,
    continues=continues,
    movable=lambda sighting: sighting.kind != "web.requested",  # of those there are too many
    worth_judging=worth_judging,
    uses_device=lambda sighting: sighting.kind not in CUTS and sighting.kind not in TUNNELS,
)

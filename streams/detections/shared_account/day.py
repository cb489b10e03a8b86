"""One personal account's school day: which uses met, what excuses them, and what is left to be found."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from model.policy import SharedAccountParameters
from model.reference import Account
from model.violation import Confidence
from streams.detection import Case, Finding, Verdict
from streams.detections.shared_account.explanations import could_be_one_person
from streams.detections.shared_account.proof import Proof
from streams.patterns.excuses import Excuse, Excuses, names, stays
from streams.patterns.intervals import Interval
from streams.patterns.timetable import teaches_in_room
from streams.patterns.usage import Crossing, Overlap, Use, crossings, overlaps, uses

MINUTE = 60_000
REASONS = ("two_sites", "two_devices", "many_devices")
STANDING = frozenset({"server", "vdi", "network"})  # what is reached from elsewhere tells nothing of where one is


class Found(NamedTuple):
    """What the tests found of a school day: uses at once at two sites and on two devices, crossings, many devices."""

    apart: list[Overlap]
    at_once: list[Overlap]
    crossed: list[Crossing]
    many: dict[str, int]


class Day:
    """One personal account's school day."""

    def __init__(self, case: Case, account: Account) -> None:
        self.case = case
        self.account = account
        self.rules: SharedAccountParameters = case.policy.detection("shared_account").parameters
        self.excuses = Excuses(case, "shared_account", {"device_swap": self.rules.swap_minutes * MINUTE})
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
            [o for o in apart if stays(self._excuse(o))],
            [o for o in at_once if stays(self._excuse(o))],
            self._enough([c for c in crossed if stays(self._excuse(c))]),
            many if stays(self._excuse_of_many(many)) else {},
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
            return self._weighed(found.interval, [found.one.device, found.other.device])
        return self._weighed(found.during, [s.device_id for s in (found.one, found.other) if s.device_id])

    def _excuse_of_many(self, many: dict[str, int]) -> Excuse | None:
        return self._weighed(Interval(min(many.values()), max(many.values())), []) if many else None

    def _weighed(self, during: Interval, devices: Sequence[str]) -> Excuse | None:
        """What excuses the account's use of any of these devices then."""
        who, person = self.account.account, self.account.person
        each: Sequence[str | None] = devices or [None]
        found = [self.excuses.of(during, account=who, person=person, device_id=device) for device in each]
        return min((one for one in found if one), key=lambda excuse: excuse.late, default=None)

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
        at = overlap.interval.start
        normal = self.normal_set(at)
        usual = all(use.device in normal or self._is_of_the_room(use.device, at) for use in ends)
        return not usual and not self._paired(overlap)

    def _is_of_the_room(self, device_id: str, at: int) -> bool:
        """Whether it is a computer of the room in which the person teaches then, by the timetable."""
        person, device = self.account.person, self.case.reference.device(device_id, at)
        if not person or device is None:
            return False
        return teaches_in_room(self.case.reference, self.case.calendar, person, device, at) is not None

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
        shared = list({(o.interval, o.one.device, o.other.device): o for o in [*apart, *at_once]}.values())
        doubtful = young or (not many and could_be_one_person(self.account, shared, crossed, by_itself=True))
        confidence: Confidence = "low" if doubtful else "high" if reasons[0] == "two_sites" else "medium"
        normal = self.normal_set(self.case.started_at)
        consulted = list(self.excuses.weighed.values())
        proof = Proof(self.case, self.account, shared, crossed, many, normal, young, consulted, self.uses)
        excuses = self._excuses_of(found)
        by = names(excuse for excuse in excuses if not stays(excuse)) if suppressed else None
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

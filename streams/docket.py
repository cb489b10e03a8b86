"""The docket: every case a detection remembers, which of them must be judged, and when the quiet ones are due."""

import heapq
from collections.abc import Callable, Hashable
from datetime import date, timedelta
from typing import NamedTuple

from model.policy import Policy
from model.reference import Reference
from model.violation import Coverage, Violation
from streams import evidence
from streams.answer import Answer
from streams.cell import Cell, extend, touch
from streams.detection import Case, Detection, Finding
from streams.fleet import SLOT
from streams.habits import Habits
from streams.history import Cohorts, History
from streams.ledger import settle_accounts
from streams.seen import Seen
from streams.settings import Settings
from streams.shelf import Shelf
from streams.sighting import Sighting
from streams.sites import Sites

Cover = Callable[[Finding], list[Coverage]]


class Run(NamedTuple):
    """A run that may go on: its cell and kind, the last sighting in it, the end of its school day (ms)."""

    kind: tuple[str, Hashable]
    sighting: Sighting
    day_end: int


class Docket:
    """One detection's memory. Sightings go in, revisions and withdrawals of violations come out."""

    def __init__(self, detection: Detection, district: str, settings: Settings, epoch: int = 0) -> None:
        self.detection = detection
        self.cells = Shelf(f"cell-{detection.name}", Cell, Cell)
        self.habits = Habits(detection.name) if detection.uses_device else None
        self.sites = Sites(detection.name) if detection.marks else None
        self._district = district
        self._epoch = epoch
        self._settings = settings
        self._join = int(detection.join.total_seconds() * 1000)
        self._last: dict[tuple[str, Hashable], Sighting] = {}  # only a memo: the last run of a kind in a cell
        self._pending: set[str] = set()
        self._due: list[tuple[int, str]] = []  # (ms, cell)
        self._day: tuple[int, int, str, int] = (0, 0, "", 0)  # bounds (ms), name and number of the last

    def day_of(self, at: int) -> str:
        """The school day (ISO date) that `at` falls in."""
        start, end, name, _ = self._day
        if not start <= at < end:
            day = self._settings.calendar.school_day(at)
            start, end = self._settings.calendar.day_bounds(day)
            self._day = (start, end, name := day.isoformat(), day.toordinal())
        return name

    def concerned(self, seen: Seen) -> bool:
        """Whether events of this action, of the same people, can be of interest."""
        return bool(self.sites) or self.detection.concerns(seen, self._settings.reference)

    def again(self, seen: Seen, answer: Answer) -> bool:
        """Make the run longer that the last event with this answer stands in, if that is all there is to do."""
        known = answer.runs.get(self.detection.name)
        if known is None or self._last.get(known.kind) is not known.sighting:
            return False
        run, at, continues = known.sighting, seen.at, self.detection.continues
        if not run.at < at <= run.until + self._join or at >= known.day_end:
            return False
        if continues is None or not continues(seen, self._settings.policy):
            return False
        run.count += 1
        if (at, seen.event_id) > (run.until, run.last_event_id):
            run.until, run.last_event_id = at, seen.event_id
        key = known.kind[0]
        self.cells.changed.add(key)
        self._pending.add(key)
        return True

    def sight(self, sighting: Sighting, answer: Answer | None) -> str:
        """Remember a sighting; apart from like ones, if it has no `answer` that is sure; returns its cell."""
        day = self.day_of(sighting.at)
        subject = self.detection.subject(sighting)
        key = f"{day}|{subject}"
        cell = self.cells.at(key)
        if answer is None:
            cell.apart.append(sighting)
        else:
            kind = (key, self.detection.alike(sighting))
            self._add(kind, cell, sighting)
            if self.detection.continues and kind[1] != sighting.event_id:  # that one stands by itself
                answer.runs[self.detection.name] = Run(kind, self._last[kind], self._day[1])
        self._pending.add(key)
        if self.sites:
            self._show(self.sites, day, sighting)
        if self.habits and sighting.device_id and self.detection.uses_device and self.detection.uses_device(sighting):
            self._use(self.habits, subject, sighting, sighting.device_id)
        return key

    def _add(self, kind: tuple[str, Hashable], cell: Cell, sighting: Sighting) -> None:
        """Most sightings make the last run of their kind longer, or come so long after it that they open another."""
        if not self._join:
            cell.runs.append(sighting)
            return
        last = self._last.get(kind)
        if last and (last.at, last.event_id) <= (sighting.at, sighting.event_id) and touch(last, sighting, self._join):
            extend(last, sighting)
        elif last and last.until + self._join < sighting.at:
            cell.runs.append(sighting)
            self._last[kind] = sighting
        elif kind[1] == sighting.event_id:  # like nothing but itself
            cell.add(sighting, self.detection.alike, self._join)
        else:
            cell.add(sighting, self.detection.alike, self._join)
            alike = (run for run in cell.runs if self.detection.alike(run) == kind[1])
            self._last[kind] = max(alike, key=lambda run: run.at)

    def saw(self, seen: Seen, answer: Answer) -> None:
        """Somebody was active at a site: the measure for what many show at once."""
        who = seen.person or seen.device_id
        if self.sites is None or not seen.site or not who:
            return
        mark = (self.detection.name, self.day_of(seen.at), seen.at // SLOT)
        if mark not in answer.active:
            answer.active.add(mark)
            self.sites.saw(mark[1], seen.site, who, seen.at)

    def _show(self, sites: Sites, day: str, sighting: Sighting) -> None:
        who = sighting.person or sighting.device_id
        if self.detection.marks and sighting.site and who:
            marks = self.detection.marks(sighting, self._settings.reference, self._settings.policy)
            sites.showed(day, sighting.site, who, marks, sighting.at)

    def _use(self, habits: Habits, subject: str, sighting: Sighting, device_id: str) -> None:
        if habits.knows(subject, device_id, self._day[3]):
            return
        day = date.fromordinal(self._day[3])
        cohort = cohort_of(self._settings.reference, subject, sighting.at)
        for later in habits.used(subject, device_id, day, cohort):
            self._pending.add(f"{later.isoformat()}|{subject}")

    def take_back(self, key: str, event_id: str) -> None:
        """Forget a sighting that was remembered apart: it was somebody else's."""
        if key in self.cells.items:
            self.cells.at(key).remove(event_id)
            self._pending.add(key)

    def reopen(self) -> None:
        """Judge every remembered case again: a reference table changed."""
        self._pending.update(self.cells.items)

    def restored(self) -> None:
        """After memory came back: note again when each case is due."""
        if self.sites:
            self.sites.restored()
        for key, cell in self.cells.items.items():
            if cell.look_again_at is not None:
                heapq.heappush(self._due, (cell.look_again_at, key))

    def judge(self, settled_at: int, cover: Cover) -> list[bytes]:
        """Judge what changed and what is due; `settled_at` (ms): how far the needed sources have been read."""
        while self._due and self._due[0][0] <= settled_at:
            self._pending.add(heapq.heappop(self._due)[1])
        if not self._pending:
            return []
        if self.sites and (days := self.sites.news(self._settings.policy)):
            self._pending.update(key for key in self.cells.items if key.split("|", 1)[0] in days)
        pending, self._pending = self._pending, set()
        touched = {near for key in pending for near in self._around(key)} if self.detection.reach else pending
        return [line for key in sorted(touched) for line in self._judge(key, settled_at, cover)]

    def _around(self, key: str) -> list[str]:
        reach = self.detection.reach
        near = [_shift(key, days) for days in range(-reach, reach + 1)]
        return [other for other in near if other in self.cells.items]

    def _judge(self, key: str, settled_at: int, cover: Cover) -> list[bytes]:
        cell = self.cells.items.get(key)
        if cell is None:
            return []
        sightings = [s for near in self._around(key) for s in self.cells.items[near].sightings]
        if not cell.found and not self.detection.worth_judging(sightings, self._settings.policy):
            return []
        cell = self.cells.at(key)
        case = self._case(key, sightings, settled_at)
        verdict = self.detection.judge(case)
        found = [f for f in verdict.findings if case.started_at <= f.started_at < case.ended_at]
        self._look_again(key, cell, [f.settles_at for f in found], verdict.wake_at, settled_at)
        return settle_accounts(cell, [self._violation(f, case, cover) for f in found])

    def _violation(self, finding: Finding, case: Case, cover: Cover) -> Violation:
        return evidence.violation(finding, self.detection, case, self._district, self._epoch, cover(finding))

    def _look_again(self, key: str, cell: Cell, settles: list[int], wake_at: int | None, settled_at: int) -> None:
        later = [at for at in (*settles, *([wake_at] if wake_at is not None else [])) if at > settled_at]
        cell.look_again_at = min(later, default=None)
        if cell.look_again_at is not None:
            heapq.heappush(self._due, (cell.look_again_at, key))

    def _case(self, key: str, sightings: list[Sighting], settled_at: int) -> Case:
        name, subject = key.split("|", 1)
        day = date.fromisoformat(name)
        start, end = self._settings.calendar.day_bounds(day)
        rules = self._settings.policy.detection(self.detection.name).parameters
        return Case(
            subject=subject,
            day=day,
            started_at=start,
            ended_at=end,
            sightings=sorted(sightings, key=lambda s: (s.at, s.event_id)),
            reference=self._settings.reference,
            calendar=self._settings.calendar,
            policy=self._settings.policy,
            settled_at=settled_at,
            history=self.habits.history(subject, day, rules.normal_window_days) if self.habits else History(),
            cohorts=self.habits.cohort(subject, day, rules.cohort_days) if self.habits else Cohorts(),
            spikes=self.sites.spikes(name, {s.site for s in sightings if s.site}) if self.sites else (),
        )

    def forget(self, before: date) -> None:
        """Drop the cases of school days before `before`."""
        oldest = before.isoformat()
        self._last.clear()
        for key in [key for key in self.cells.items if key < oldest]:
            self.cells.drop(key)
        if self.sites:
            self.sites.forget(oldest)


def _shift(key: str, days: int) -> str:
    day, subject = key.split("|", 1)
    return f"{(date.fromisoformat(day) + timedelta(days=days)).isoformat()}|{subject}"


def cohort_of(reference: Reference, account_name: str, at: int) -> str:
    """The cohort of an account's person: role and school; "" where nobody knows."""
    account = reference.account(account_name, at)
    roles = reference.roles(account.person, at) if account and account.person else []
    return min((f"{role.role}@{role.org}" for role in roles), default="")


def enabled(detection: Detection, policy: Policy) -> bool:
    """On unless the pack turns it off."""
    return policy.detection(detection.name).enabled

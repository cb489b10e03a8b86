"""The docket: every case a detection remembers, which of them must be judged, and when the quiet ones are due."""

import heapq
from collections.abc import Callable
from datetime import date, timedelta

from model.policy import Policy
from model.violation import Coverage, Violation
from streams.detection import Case, Detection, Finding
from streams.engine.ledger import settle_accounts
from streams.engine.notebook import Notebook
from streams.engine.output import words_of
from streams.engine.settings import Settings
from streams.evidence.violation import violation
from streams.memory.cell import Cell
from streams.memory.history import Cohorts, History
from streams.sighting import Sighting

Cover = Callable[[Finding], list[Coverage]]


class Docket(Notebook):
    """One detection's cases. Sightings go in, revisions and withdrawals of violations come out."""

    def __init__(self, detection: Detection, district: str, settings: Settings, epoch: int = 0) -> None:
        super().__init__(detection, settings)
        self._district = district
        self._epoch = epoch
        self._due: list[tuple[int, str]] = []  # (ms, cell)
        self._unjudged: list[tuple[str, str]] = []  # cells whose judgement raised, and what was said

    def reopen(self) -> None:
        """Judge every remembered case again: a reference table changed."""
        self.pending.update(self.cells.items)

    def restored(self) -> None:
        """After memory came back: note again when each case is due. Facts that came back with it are no news."""
        self.pending.clear()
        if self.sites:
            self.sites.restored()
        for key, cell in self.cells.items.items():
            if cell.look_again_at is not None:
                heapq.heappush(self._due, (cell.look_again_at, key))

    def judge(self, settled_at: int, cover: Cover) -> list[bytes]:
        """Judge what changed and what is due; `settled_at` (ms): how far the needed sources have been read."""
        while self._due and self._due[0][0] <= settled_at:
            self.pending.add(heapq.heappop(self._due)[1])
        if not self.pending:
            return []
        if self.sites and (days := self.sites.news(self._settings.policy)):
            self.pending.update(key for key in self.cells.items if key.split("|", 1)[0] in days)
        pending, self.pending = self.pending, set()
        touched = {near for key in pending for near in self._around(key)} if self.detection.reach else pending
        return [line for key in sorted(touched) for line in self._judge_alone(key, settled_at, cover)]

    def take_unjudged(self) -> list[tuple[str, str]]:
        """The cases whose judgement raised since the last call, and what was said."""
        taken, self._unjudged = self._unjudged, []
        return taken

    def _judge_alone(self, key: str, settled_at: int, cover: Cover) -> list[bytes]:
        """One case that cannot be judged holds up no other; what was found of it before stands."""
        try:
            return self._judge(key, settled_at, cover)
        except Exception as error:
            self._unjudged.append((key, words_of(error)))
            return []

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
        return violation(finding, self.detection, case, self._district, self._epoch, cover(finding))

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


def _shift(key: str, days: int) -> str:
    day, subject = key.split("|", 1)
    return f"{(date.fromisoformat(day) + timedelta(days=days)).isoformat()}|{subject}"


def enabled(detection: Detection, policy: Policy) -> bool:
    """On unless the pack turns it off."""
    return policy.detection(detection.name).enabled

"""The docket: every case a detection remembers, which of them must be judged, and when the quiet ones are due."""

import heapq
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from model.adoption import Adoption
from model.event import Attribution, parse_at
from model.policy import Policy
from model.violation import Violation
from streams.attribution.cards import Contradiction
from streams.attribution.presence import Presence
from streams.detection import Case, Detection, Finding, Known, Verdict
from streams.engine.adoptions import Adoptions
from streams.engine.clocked import Clocked, Readings
from streams.engine.ledger import settle_accounts
from streams.engine.notebook import Notebook, role_of
from streams.engine.output import words_of
from streams.engine.progress import Progress
from streams.engine.settings import Settings
from streams.evidence.violation import coverage, violation
from streams.memory.cell import Cell
from streams.memory.clocks import JUDGED, Clocks
from streams.memory.history import Cohorts, History
from streams.memory.volumes import Usual
from streams.memory.watermarks import EVER, NEVER
from streams.sighting import Sighting

_EPOCH = date(1970, 1, 1).toordinal()
OPENED_EVERY_MS = 5 * 60_000  # how often, by the log's time, it is asked which cases have come due
Needs = frozenset[str]


class Docket(Notebook):
    """One detection's cases. Sightings go in, revisions and withdrawals of violations come out."""

    def __init__(
        self,
        detection: Detection,
        district: str,
        settings: Settings,
        epoch: int,
        presence: Presence,
        clocks: Clocks,
    ) -> None:
        super().__init__(detection, settings)
        # A case that may be judged again for longer than sign-ins are remembered goes by the clocks as they are.
        self._clocks = clocks if detection.remembers.days <= JUDGED else None
        self.adoptions = Adoptions(detection.key, epoch)
        self._presence = presence
        self.remembers = round(detection.remembers.total_seconds() * 1000)
        self.whereabouts = round((detection.whereabouts or detection.remembers).total_seconds() * 1000)
        self.listening_since: int | None = None  # ms; None while it is off
        self._district = district
        self._epoch = epoch
        self._needs: Needs = frozenset().union(*detection.needs.values())
        self._due: dict[Needs, list[tuple[int, str]]] = {}  # by what must have been read so far: (ms, cell)
        self._overdue: list[tuple[int, str]] = []  # (ms by the log's time, cell)
        self._ended: frozenset[str] = frozenset()  # the sources that had come to their end at the last look
        self._early: set[str] = set()  # cells looked at before their time, because what is needed had come to its end
        self._opened: set[str] = set()  # cells that no event opened
        self._opened_until: int | None = None  # ms; None: ask for all again
        self._found_in: dict[str, str] | None = None  # violation -> cell; only a memo
        self._watching_since = NEVER  # ms; what was opened rests on it
        self._fleets: dict[tuple[date, int], Any] = {}  # of one round: by school day and policy
        self._gaps: list[tuple[str, int, int]] = []  # sources found to have been silent, and when (ms)
        self._unjudged: list[tuple[str, str]] = []  # cells whose judgment raised, and what was said

    def reopen(self) -> None:
        """Judge every remembered case again: a reference table changed."""
        self.pending.update(self.cells.items)
        self._opened_until = None
        if self.sites:
            self.sites.restored()

    def doubt(self, cards: Collection[str]) -> None:
        """Judge the cases again that rest on these network cards: what says of them that they were copied is other."""
        if cards:
            self.pending.update(
                key for key, cell in self.cells.items.items() if not cards_of(cell.proofs).isdisjoint(cards)
            )

    def clocks_moved(self, news: Mapping[str, set[int]]) -> None:
        """Judge the cases again that rest on a clock of these sources on these days (of UTC)."""
        if not news or self._clocks is None:
            return
        touched = {day for days in news.values() for day in days}
        for day in self.cells.days:
            number = date.fromisoformat(day).toordinal() - _EPOCH
            if not touched.isdisjoint(range(number - 1, number + 2)):
                self.pending.update(key for key, cell in self.cells.of(day).items() if cell.rests_on(news))

    def restored(self, reached: int) -> None:
        """After memory came back: note again when each case is due. Facts that came back with it are no news.

        `reached` (ms): up to where everything had been read.
        """
        self.pending.clear()
        self._found_in = None
        self.forgotten_at = reached - self.remembers if reached > NEVER else NEVER
        if self.sites:
            self.sites.restored()
        for key, cell in self.cells.items.items():
            if cell.look_again_at is not None:
                for needs in {self._needs, *self.detection.needs.values()}:
                    heapq.heappush(self._due.setdefault(needs, []), (cell.look_again_at, key))
            if cell.overdue_at is not None:
                heapq.heappush(self._overdue, (cell.overdue_at, key))

    def forget(self, before: int) -> None:
        """Drop the cases of school days that ended before `before` (ms)."""
        super().forget(before)
        self._found_in = None
        oldest = self.day_of(before)
        self._opened = {key for key in self._opened if key >= oldest}
        self._early = {key for key in self._early if key >= oldest}
        self.adoptions.forget(oldest, before + self.remembers)

    def adopt(self, adoption: Adoption, log_time: int) -> bytes | None:
        """Let what a replay found stand, as a revision; None where it does already. A day that is remembered whole is
        judged again instead, by what is remembered. `log_time`: how far the log is (ms). Raises `Unfit`."""
        day = self.day_of(round(parse_at(adoption.violation.started_at).timestamp() * 1000))
        cases = self.cells.of(day)
        if self._whole(day):
            self.pending.update([*cases, *(key for key in self._opened if key.startswith(day))])
            return None
        named = adoption.violation.violation_id
        known = next(((key, cell.found[named]) for key, cell in cases.items() if named in cell.found), None)
        line = self.adoptions.take(adoption, day, log_time, known)
        if known:
            self.cells.at(known[0]).found.pop(named)
        return line

    def _whole(self, day: str) -> bool:
        """Whether everything that a case of that school day rests on was heard and is still remembered."""
        first = date.fromisoformat(day) - timedelta(days=self.detection.reach)
        since = EVER if self.listening_since is None else self.listening_since
        return self._settings.calendar.day_bounds(first)[0] >= max(self.forgotten_at, since)

    def judge(self, progress: Progress) -> list[bytes]:
        """Judge what changed, what is due and what something may be missing of."""
        self._watch(progress)
        self._open(progress)
        for needs, due in self._due.items():
            self._take_due(due, progress.settled(needs))
        self._take_due(self._overdue, progress.now(self._needs))
        if progress.ended != self._ended:  # what was missing of a file that has come to its end was not missing
            self._ended = progress.ended
            self.pending.update(key for _, key in self._overdue)
            self.pending.update(self._early)  # where one goes on behind its end, what was looked at then is so again
            self._early.clear()
        if not self.pending:
            return []
        self.pending.update(key for day in self._spiked() for key in self.cells.of(day))
        self._fleets.clear()
        if self.volumes:
            self.volumes.reopened()
        pending, self.pending = self.pending, set()
        touched = {near for key in pending for near in self._around(key)} if self.detection.reach else pending
        return [line for key in sorted(touched) for line in self._judge_alone(key, progress)]

    def _spiked(self) -> set[str]:
        """The school days whose spikes are others now."""
        spread = self.detection.spread
        return self.sites.news(spread.limits(self._settings.policy)) if self.sites and spread else set()

    def _open(self, progress: Progress) -> None:
        """Note the cases that have come due though no event opened them."""
        now = progress.now(self._needs)
        if self.detection.opens is None or self.listening_since is None or now == NEVER:
            return
        until = now // OPENED_EVERY_MS * OPENED_EVERY_MS
        since = self._opened_until
        if since is None:
            since = max(self._watching_since, self.forgotten_at)
        for opening in self.detection.opens(self._known(progress), since, until) if since < until else ():
            at = opening.at if opening.of is None else opening.of
            if at > self.forgotten_at:
                key = f"{self.day_of(at)}|{opening.subject}"
                self._opened.add(key)
                self.pending.add(key)
        self._opened_until = max(since, until)

    def _known(self, progress: Progress) -> Known:
        settings = self._settings
        policy = settings.policy_at(progress.now(self._needs))
        return Known(settings.reference, settings.calendar, policy, progress.heard, self._watching_since)

    def _watch(self, progress: Progress) -> None:
        """Note since when both the log and this detection have been on.

        If the log turns out to have begun earlier, what was opened by its beginning is opened again by that.
        """
        since = max(EVER if self.listening_since is None else self.listening_since, progress.began_at)
        if since != self._watching_since:
            self._watching_since, self._opened_until = since, None
            self.pending.update(self._opened)

    def _take_due(self, due: list[tuple[int, str]], limit: int) -> None:
        while due and due[0][0] <= limit:
            self.pending.add(heapq.heappop(due)[1])

    def take_gaps(self) -> list[tuple[str, int, int]]:
        """The silences of sources that were found since the last call."""
        taken, self._gaps = self._gaps, []
        return taken

    def take_unjudged(self) -> list[tuple[str, str]]:
        """The cases whose judgment raised since the last call, and what was said."""
        taken, self._unjudged = self._unjudged, []
        return taken

    def _judge_alone(self, key: str, progress: Progress) -> list[bytes]:
        """One case that cannot be judged holds up no other; what was found of it before stands."""
        try:
            return self._judge(key, progress)
        except Exception as error:
            self._unjudged.append((key, words_of(error)))
            return []

    def _around(self, key: str) -> list[str]:
        reach = self.detection.reach
        near = [_shift(key, days) for days in range(-reach, reach + 1)]
        return [other for other in near if other in self.cells.items or other in self._opened]

    def _cells_around(self, key: str) -> list[Cell]:
        return [cell for near in self._around(key) if (cell := self.cells.items.get(near))]

    def _judge(self, key: str, progress: Progress) -> list[bytes]:
        known, opened = self.cells.items.get(key), key in self._opened
        if (known is None and not opened) or self._was_off(key):
            return []
        cells = self._cells_around(key)
        sightings, clocks = self._by_right_clocks(cells)
        if not opened and not (known and known.found) and not self._worth_judging(key, sightings):
            return []
        case = self._case(key, sightings, clocks, _proofs_of(cells), progress)
        verdict = self.detection.judge(case)
        found = [f for f in verdict.findings if case.started_at <= f.started_at < case.ended_at]
        if known is None and not found and verdict.wake_at is None and verdict.overdue_at is None:
            return []
        self._gaps += [(f.source_id, f.started_at, f.ended_at) for f in found if f.source_id and f.opens_gap]
        cell = self.cells.at(key)
        self._look_again(key, cell, found, verdict, progress)
        return self._said(key, cell, [self._violation(f, case, progress) for f in found])

    def _by_right_clocks(self, cells: list[Cell]) -> tuple[list[Sighting], Readings]:
        """The sightings of a case, and by what their times were corrected; most cases rest on no clock that is off."""
        sightings = [sighting for cell in cells for sighting in cell.counted(self.detection.most)]
        if self._clocks is None or not any(cell.rests_on(self._clocks.off) for cell in cells):
            return sightings, {}
        clocked = Clocked(self._clocks, self._presence, self._settings.reference)
        return clocked.corrected(sightings, _proofs_of(cells)), clocked.readings

    def _said(self, key: str, cell: Cell, found: list[Violation]) -> list[bytes]:
        self._move_here(key, cell, found)
        if not self.adoptions.shelf.items:
            return settle_accounts(cell, found)
        doubts = self.adoptions.settle(key, {one.violation_id: one for one in found})
        return [*settle_accounts(cell, [one for one in found if one.violation_id not in self.adoptions]), *doubts]

    def _move_here(self, key: str, cell: Cell, found: list[Violation]) -> None:
        """What was found on another day, and now falls into this one, is the same violation: its revisions go on here.

        Else the other day would withdraw what this one has found.
        """
        if not found:
            return
        if self._found_in is None:
            self._found_in = {named: other for other, one in self.cells.items.items() for named in one.found}
        for named in (one.violation_id for one in found):
            other = self._found_in.get(named, key)
            if other != key and other in self.cells.items and named in self.cells.items[other].found:
                cell.found[named] = self.cells.at(other).found.pop(named)
            self._found_in[named] = key

    def _was_off(self, key: str) -> bool:
        """Whether the version of the pack that was in force on that school day turns the detection off."""
        if len(self._settings.policies) < 2:
            return False
        start, _ = self._settings.calendar.day_bounds(date.fromisoformat(key.split("|", 1)[0]))
        policy, name = self._settings.policy_at(start), self.detection.name
        return not (policy.has(name) and policy.detection(name).enabled)

    def _worth_judging(self, key: str, sightings: list[Sighting]) -> bool:
        start, _ = self._settings.calendar.day_bounds(date.fromisoformat(key.split("|", 1)[0]))
        return self.detection.worth_judging(sightings, self._settings.policy_at(start))

    def _violation(self, finding: Finding, case: Case, progress: Progress) -> Violation:
        needs = self.detection.needs_of(finding)
        covered = coverage(finding, progress.needed(needs))
        return violation(finding, self.detection, case, self._district, self._epoch, covered, progress.settled(needs))

    def _look_again(self, key: str, cell: Cell, found: Iterable[Finding], verdict: Verdict, progress: Progress) -> None:
        later = {(finding.settles_at, self.detection.needs_of(finding)) for finding in found}
        if verdict.wake_at is not None:
            later.add((verdict.wake_at, self._needs))
        later = {(at, needs) for at, needs in later if at > progress.reached(needs)}
        cell.look_again_at = min((at for at, _ in later), default=None)
        for at, needs in later:
            if at > progress.settled(needs):
                heapq.heappush(self._due.setdefault(needs, []), (at, key))
            else:
                self._early.add(key)
        cell.overdue_at = verdict.overdue_at
        if verdict.overdue_at is not None and verdict.overdue_at > progress.now(self._needs):
            heapq.heappush(self._overdue, (verdict.overdue_at, key))

    def _fleet(self, policy: Policy, day: date) -> Any:
        """What the detection makes of the sightings of every subject on a school day."""
        asked = (day, id(policy))
        if asked not in self._fleets:
            every = [cell.sightings for cell in self.cells.of(day.isoformat()).values()]
            self._fleets[asked] = self.detection.fleet(every, policy)
        return self._fleets[asked]

    def _habits_of(self, subject: str, day: date) -> tuple[History, Cohorts]:
        if self.habits is None or self.detection.habit is None:
            return History(), Cohorts()
        own, cohort = self.detection.habit.days(self._settings.policy)
        return self.habits.history(subject, day, own), self.habits.cohort(subject, day, cohort)

    def _usual(self, sightings: list[Sighting], day: date) -> Usual:
        if self.volumes is None or self.detection.pulls is None:
            return Usual()
        who = next((s for s in sorted(sightings, key=lambda s: (s.at, s.event_id)) if s.person), None)
        cohort = role_of(self._settings.reference, who.person, who.at) if who else ""
        return self.volumes.usual(cohort, day, self.detection.pulls.days(self._settings.policy))

    def _case(
        self,
        key: str,
        sightings: list[Sighting],
        clocks: Readings,
        proofs: dict[str, list[Attribution]],
        progress: Progress,
    ) -> Case:
        name, subject = key.split("|", 1)
        day = date.fromisoformat(name)
        start, end = self._settings.calendar.day_bounds(day)
        policy = self._settings.policy_at(start)
        history, cohorts = self._habits_of(subject, day)
        told = {card: self._presence.cards.contradictions(card, start, end) for card in sorted(cards_of(proofs))}
        return Case(
            subject=subject,
            day=day,
            started_at=start,
            ended_at=end,
            sightings=sorted(sightings, key=lambda s: (s.at, s.event_id)),
            reference=self._settings.reference,
            calendar=self._settings.calendar,
            policy=policy,
            settled_at=progress.settled(self._needs),
            now=progress.now(self._needs),
            listening_since=EVER if self.listening_since is None else self.listening_since,
            sources=progress.heard,
            history=history,
            cohorts=cohorts,
            proofs=proofs,
            clocks=clocks,
            copies={card: _each_once(found) for card, found in told.items() if found},
            kept=self.kept.of(subject) if self.kept else (),
            watched_since=self._watching_since,
            fleet=partial(self._fleet, policy),
            came_to=self._presence.came_to,
            sitter=self._presence.sitter,
            usual=self._usual(sightings, day),
            spikes=self.sites.spikes(name, {s.site for s in sightings if s.site}) if self.sites else (),
        )


def _each_once(found: list[Contradiction]) -> list[Contradiction]:
    """The first of those that say the same."""
    kept: dict[str, Contradiction] = {}
    for one in found:
        kept.setdefault(one.because, one)
    return list(kept.values())


def _proofs_of(cells: Iterable[Cell]) -> dict[str, list[Attribution]]:
    return {name: steps for cell in cells for name, steps in cell.proofs.items()}


def cards_of(proofs: Mapping[str, list[Attribution]]) -> set[str]:
    """The network cards that these proofs rest on."""
    return {step.value for steps in proofs.values() for step in steps if step.field == "mac"}


def _shift(key: str, days: int) -> str:
    day, subject = key.split("|", 1)
    return f"{(date.fromisoformat(day) + timedelta(days=days)).isoformat()}|{subject}"


def listens(detection: Detection, settings: Settings) -> bool:
    """On unless every version of the pack turns it off."""
    standing = (policy for policy in settings.policies if policy.has(detection.name))
    return any(policy.detection(detection.name).enabled for policy in standing)

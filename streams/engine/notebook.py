"""What a detection remembers: its cases, who used which device, who was active where, and which of it is news."""

from collections.abc import Hashable
from datetime import date, timedelta

from model.reference import Reference
from streams.attribution.answer import Answer
from streams.attribution.user_agent import system_of
from streams.detection import Detection
from streams.engine.settings import Settings
from streams.memory.cell import Cell, Cells, Run, extend, touch
from streams.memory.fleet import SLOT
from streams.memory.given_out import GivenOut
from streams.memory.habits import Habits
from streams.memory.kept import Kept
from streams.memory.sites import Sites
from streams.memory.volumes import KEPT, Volumes
from streams.memory.watermarks import NEVER
from streams.seen import Seen
from streams.sighting import Sighting


class Notebook:
    """One detection's memory. Sightings go in; `pending` names the cases that must be judged for it."""

    def __init__(self, detection: Detection, settings: Settings) -> None:
        self.detection = detection
        self.key = detection.key
        self.cells = Cells(detection.key)
        self.habits = Habits(detection.name) if detection.habit else None
        self.sites = Sites(detection.name) if detection.spread else None
        self.kept = Kept(detection.name) if detection.keeps else None
        self.volumes = Volumes(detection.name) if detection.pulls else None
        self.pending: set[str] = set()
        self.forgotten_at = NEVER  # what is older is not remembered any more (ms)
        self._settings = settings
        self._join = int(detection.join.total_seconds() * 1000)
        self._last: dict[tuple[str, Hashable], Sighting] = {}  # only a memo: the last run of a kind in a cell
        self._given_out = GivenOut()
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

    def run_before(self, seen: Seen, answer: Answer) -> Run | None:
        """The run that the last event with this answer stands in, if this one would make it longer."""
        known = answer.runs.get(self.detection.name)
        if known is None or self._last.get(known.kind) is not known.sighting:
            return None
        run, at = known.sighting, seen.at
        if not run.at < at <= run.until + self._join or at >= known.day_end:
            return None
        if (seen.user_agent and system_of(seen.user_agent) != run.system) or seen.may_come_twice:
            return None
        return known

    def lengthen(self, known: Run, seen: Seen) -> None:
        """Make a run longer by an event that comes after its first."""
        run, key = known.sighting, known.kind[0]
        run.count += 1
        if (seen.at, seen.event_id) > (run.until, run.last_event_id):
            run.until, run.last_event_id = seen.at, seen.event_id
        self.cells.changed.add(key)
        self.pending.add(key)

    def sight(self, sighting: Sighting, answer: Answer, *, alone: bool) -> str:
        """Remember a sighting and its proof; apart from like ones, if its `answer` is not sure; returns its cell."""
        day = self.day_of(sighting.at)
        subject = self.detection.subject(sighting)
        key = f"{day}|{subject}"
        cell = self.cells.at(key)
        if self._given_out.holds(key, cell, sighting):
            return key
        if self.volumes and not alone:
            self._pull(self.volumes, day, subject, sighting)
        if answer.proof_id:
            sighting.proof = answer.proof_id
            cell.proofs[answer.proof_id] = answer.proof
        if alone:
            cell.apart.append(sighting)
        else:
            kind = (key, self.detection.alike(sighting))
            self._add(kind, cell, sighting)
            if self.detection.continues and kind[1] != sighting.event_id:  # that one stands by itself
                answer.runs[self.detection.name] = Run(kind, self._last[kind], self._day[1])
        self.pending.add(key)
        if self.sites:
            self._show(self.sites, day, sighting)
        if self.kept and self.detection.keeps and self.detection.keeps.which(sighting):
            self.kept.add(subject, sighting, self.detection.keeps.most)
            self._judge_later(day, subject)
        habit = self.detection.habit
        if self.habits and sighting.device_id and habit and habit.uses_device(sighting):
            self._use(self.habits, subject, sighting, sighting.device_id)
        return key

    def _add(self, kind: tuple[str, Hashable], cell: Cell, sighting: Sighting) -> None:
        """Most sightings make the last run of their kind longer, or come so long after it that they open another."""
        if not self._join:
            cell.append(sighting, self.detection.most)
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

    def _judge_later(self, day: str, subject: str) -> None:
        """What is kept may change the cases of every later day."""
        first, days = date.fromisoformat(day), self.detection.remembers.days + self.detection.reach
        later = (f"{(first + timedelta(days=n)).isoformat()}|{subject}" for n in range(1, days + 1))
        self.pending.update(key for key in later if key in self.cells.items)

    def saw(self, at: int, answer: Answer) -> None:
        """Somebody was active at a site (ms): the measure for what many show at once."""
        who = answer.person or answer.device_id
        if self.sites is None or not answer.site or not who:
            return
        mark = (self.detection.name, self.day_of(at), at // SLOT)
        if mark not in answer.active:
            answer.active.add(mark)
            self.sites.saw(mark[1], answer.site, who, at)

    def _show(self, sites: Sites, day: str, sighting: Sighting) -> None:
        who = sighting.person or sighting.device_id
        if self.detection.spread and sighting.site and who:
            marks = self.detection.spread.marks(sighting, self._settings.reference, self._settings.policy)
            sites.showed(day, sighting.site, who, marks, sighting.at)

    def _use(self, habits: Habits, subject: str, sighting: Sighting, device_id: str) -> None:
        if habits.knows(subject, device_id, self._day[3]):
            return
        day = date.fromordinal(self._day[3])
        cohort = cohort_of(self._settings.reference, subject, sighting.at)
        for later in habits.used(subject, device_id, day, cohort):
            self.pending.add(f"{later.isoformat()}|{subject}")

    def _pull(self, volumes: Volumes, day: str, subject: str, sighting: Sighting) -> None:
        """Count what was pulled; what comes late for an older day may change every case after it."""
        cohort = role_of(self._settings.reference, sighting.person, sighting.at)
        amount = self.detection.pulls.amount(sighting) if self.detection.pulls else (0, 0)
        if any(amount) and volumes.add(cohort, day, self._settings.calendar.local(sighting.at).hour, subject, amount):
            self.pending.update(key for later in self.cells.days if later >= day for key in self.cells.of(later))

    def take_back(self, key: str, event_id: str) -> None:
        """Forget a sighting that was remembered apart: it was somebody else's."""
        if key in self.cells.items:
            self.cells.at(key).remove(event_id)
            self.pending.add(key)
            if self.kept:
                self.kept.take_back(key.split("|", 1)[1], event_id)

    def settle(self, key: str, event_id: str) -> None:
        """A sighting that was remembered apart is nobody else's: it stands among the others from now on."""
        cell = self.cells.items.get(key)
        sighting = cell and next((one for one in cell.apart if one.event_id == event_id), None)
        if not cell or not sighting:
            return
        self.cells.changed.add(key)
        cell.remove(event_id)
        day, subject = key.split("|", 1)
        if self.volumes:
            self._pull(self.volumes, day, subject, sighting)
        self._add((key, self.detection.alike(sighting)), cell, sighting)
        self.pending.add(key)

    def forget(self, before: int) -> None:
        """Drop the cases of school days that ended before `before` (ms); hear of nothing older any more."""
        self.forgotten_at = before
        oldest = self.day_of(before)
        self._last.clear()
        for key in [key for day in self.cells.days if day < oldest for key in self.cells.of(day)]:
            self.cells.drop(key)
            self._given_out.forget(key)
        if self.sites:
            self.sites.forget(oldest)
        if self.volumes:
            self.volumes.forget((date.fromisoformat(oldest) - timedelta(days=KEPT)).isoformat())
        if self.kept and self.detection.keeps:
            remembers, longest = self.detection.remembers, self.detection.keeps.longest
            self.kept.forget(before - round((longest - remembers).total_seconds() * 1000))


def role_of(reference: Reference, person: str | None, at: int) -> str:
    """The cohort of a person across the schools: the role, the primary one first; "" where nobody knows."""
    roles = reference.roles(person, at) if person else []
    return min(((not row.primary, row.role) for row in roles), default=(False, ""))[1]


def cohort_of(reference: Reference, account_name: str, at: int) -> str:
    """The cohort of an account's person: role and school; "" where nobody knows."""
    account = reference.account(account_name, at)
    roles = reference.roles(account.person, at) if account and account.person else []
    return min((f"{role.role}@{role.org}" for role in roles), default="")

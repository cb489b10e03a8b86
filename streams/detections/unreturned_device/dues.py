"""When a device that was given to a person is due back, by which row, and what puts it off."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from model.calendar import Calendar
from model.policy import Policy
from model.policy.detections.unreturned_device import UnreturnedParameters
from model.reference import Approval, Assignment, Reference, Return, Row
from streams.detection import Case, Known, Opening
from streams.evidence.plain_words import date as written
from streams.patterns.openings import next_sweep, overdue_at
from streams.patterns.standing import person_ended, school_years

DAY = 24 * 3_600_000
EVER = 1 << 62
_LONGEST_BREAK = 60  # days before the end of a school year in which its last day of instruction must lie
STUDENT = frozenset({"student"})


@dataclass(frozen=True, slots=True)
class Due:
    """By when (ms) a device had to be back, since when (ms) anybody could know, and the row that says so."""

    assignment: Assignment
    at: int
    known_at: int
    row: Row
    says: str  # why, after "because": `it was due back on March 2, 2026`


@dataclass(frozen=True)
class District:
    """What the question needs of a district; `watched_since` (ms): the log begins there."""

    reference: Reference
    calendar: Calendar
    policy: Policy
    watched_since: int

    @property
    def rules(self) -> UnreturnedParameters:
        """The pack's numbers."""
        return self.policy.detections.unreturned_device.parameters

    def dues(self, assignment: Assignment) -> list[Due]:
        """What the rows say by when it is due back, and each extension of that, in order of time."""
        if not self._counts(assignment):
            return []
        first = self._first(assignment)
        extended = [] if first is None else [self._extended(assignment, row) for row in self._extensions(assignment)]
        later = [one for one in extended if one and first and one.at > first.at]
        return sorted([*([first] if first else []), *later], key=lambda one: (one.at, one.row.reference))

    def redeployed(self, assignment: Assignment) -> Assignment | None:
        """Who had the device before, where it went to this person without being returned and wiped."""
        start = assignment.valid_from
        if not self.rules.redeploy_returned or start is None or not self._counts(assignment):
            return None
        before = [
            row
            for row in self.reference.assignments_of(assignment.device_id)
            if row.person != assignment.person and row.valid_to is not None and row.valid_to <= start
        ]
        last = max(before, key=lambda row: (row.valid_to or 0, row.person), default=None)
        if last is None or any(self._gone_back(row, last, start) for row in self._returns(assignment.device_id)):
            return None
        return last

    def seen_at(self, due: Due) -> int:
        """The first morning (ms) on which it is missed."""
        morning = next_sweep(self.calendar, max(due.at, due.known_at), self.rules.sweep_at)
        return overdue_at(morning, self.watched_since)

    def starts_at(self, due: Due) -> int:
        """Since when (ms) it is overdue, as far as the log reaches back."""
        return overdue_at(due.at, self.watched_since)

    # Which row says when

    def _counts(self, assignment: Assignment) -> bool:
        """Whether it is a kind of device that one person holds; one that left the inventory is not missed."""
        if not self.reference.known("devices"):
            return True
        at = max(self.watched_since, assignment.valid_from or self.watched_since)
        device = self.reference.device(assignment.device_id, at)
        return device is not None and device.device_class in self.rules.classes

    def _first(self, assignment: Assignment) -> Due | None:
        asked = [row for row in self._returns(assignment.device_id) if self._asks(row, assignment)]
        if asked:
            row = max(asked, key=lambda row: (row.due_at or 0, row.return_id))
            due = row.due_at or 0
            known = max(row.requested_at or due, row.recorded_at or due, due)
            return Due(assignment, due, known, row, f"it was asked back by {written(self.calendar, due - 1)}")
        found = [one for one in (self._last_day(assignment), self._year_end(assignment)) if one]
        return min(found, key=lambda one: one.at, default=None)

    def _asks(self, row: Return, assignment: Assignment) -> bool:
        return row.due_at is not None and row.person in ("", assignment.person) and assignment.holds(row.due_at)

    def _last_day(self, assignment: Assignment) -> Due | None:
        """The end of the person's last day here."""
        for at in sorted(self._ends(assignment.person)):
            ended = person_ended(self.reference, assignment.person, at)
            if ended is not None and ended.at is not None:
                local = self.calendar.local(ended.at).date()
                due = ended.at if ended.at == ended.row.valid_to else self.calendar.date_bounds(local)[1]
                if assignment.holds(due):
                    known = max(due, ended.row.recorded_at or due)
                    last = written(self.calendar, due - 1)
                    says = f"the last day of its holder here was {last}: {ended.says}{ended.note}"
                    return Due(assignment, due, known, ended.row, says)
        return None

    def _ends(self, person: str) -> set[int]:
        ends = [role.valid_to for role in self.reference.role_history(person)]
        ends += [row.valid_from for row in self.reference.standing_history(person=person)]
        return {at for at in ends if at is not None}

    def _year_end(self, assignment: Assignment) -> Due | None:
        """The last day of instruction of the school year, for a student."""
        years = list(school_years(self.reference).values()) if self.rules.end_of_school_year else []
        for number, (start, end) in enumerate(years):
            again = years[number + 1][0] if number + 1 < len(years) else EVER
            roles = self.reference.roles(assignment.person, end - 1)
            student = next((role for role in roles if role.role in STUDENT), None)
            if student and assignment.holds(end) and again > self.watched_since and start < end:
                last = self._last_instruction(end, student.org)
                due = self.calendar.date_bounds(last)[1]
                row = self._session_at(end - 1)
                if assignment.holds(due) and row is not None:
                    says = f"the last day of instruction was {written(self.calendar, due - 1)}"
                    return Due(assignment, due, due, row, says)
        return None

    def _session_at(self, at: int) -> Row | None:
        return next(iter(sorted(self.reference.terms(None, at), key=lambda row: row.session_id)), None)

    def _last_instruction(self, end: int, org: str) -> date:
        last = self.calendar.local(end - 1).date()
        days = (last - timedelta(days=n) for n in range(_LONGEST_BREAK))
        return next((day for day in days if self.calendar.is_school_day(day, org or None)), last)

    # What puts it off, and what came back

    def _extensions(self, assignment: Assignment) -> Iterable[Approval]:
        start, end = assignment.valid_from or -EVER, EVER if assignment.valid_to is None else assignment.valid_to
        rows = self.reference.approvals("return_extension", start, end, device_id=assignment.device_id)
        roles = self.policy.approvals["return_extension"].roles
        return [row for row in rows if row.device_id and row.state == "approved" and row.approver_role in roles]

    def _extended(self, assignment: Assignment, row: Approval) -> Due | None:
        if row.valid_to is None or not assignment.holds(row.valid_to):
            return None
        says = f"the extension {row.approval_id} ran until {written(self.calendar, row.valid_to - 1)}"
        return Due(assignment, row.valid_to, row.valid_to, row, says)

    def _returns(self, device_id: str) -> list[Return]:
        return self.reference.returns_of(device_id)

    def _gone_back(self, row: Return, last: Assignment, until: int) -> bool:
        since = -EVER if last.valid_from is None else last.valid_from
        told = (row.returned_at, row.wiped_at)
        return all(at is not None and since <= at <= until for at in told)


def district_of(case: Case) -> District:
    """The district of a case."""
    return District(case.reference, case.calendar, case.policy, case.watched_since)


def all_due(known: Known) -> Iterator[Opening]:
    """Of every device that somebody holds: since when it is overdue; and when it was passed on unwiped."""
    if not known.reference.known("returns"):
        return
    district = District(known.reference, known.calendar, known.policy, known.watched_since)
    for assignment in known.reference.rows("assignments"):
        yield from (Opening(assignment.device_id, district.starts_at(due)) for due in district.dues(assignment))
        if assignment.valid_from is not None and district.redeployed(assignment):
            yield Opening(assignment.device_id, assignment.valid_from)

"""What a finding about an unreturned device shows: by when it was due and why, what came back, whether it was used."""

from dataclasses import dataclass

from model.event import format_ms
from model.reference import Assignment, Return
from model.violation import Consulted, Exhibit, Innocent, Measure, Span
from streams.detection import Case
from streams.detections.unreturned_device.dues import Due
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import date, moment
from streams.sighting import Sighting

DAY = 24 * 3_600_000
MOST = 20  # uses that are shown


@dataclass(frozen=True, slots=True)
class Missing:
    """A device that was not back: since when (ms), first missed when, back when, its uses since, the steps passed."""

    due: Due
    started_at: int
    seen_at: int
    back_at: int | None
    used: tuple[Sighting, ...]
    steps: int
    last_step_at: int | None


@dataclass(frozen=True)
class MissingProof:
    """The proof of one device and one holder."""

    case: Case
    missing: Missing

    @property
    def person(self) -> str:
        """The holder's name."""
        return self.case.reference.person_name(self.missing.due.assignment.person, self.missing.due.at - 1)

    @property
    def ended_at(self) -> int:
        """When it came back, else the last that is known of it (ms)."""
        known = [self.missing.seen_at, self.missing.last_step_at, *(one.until for one in self.missing.used)]
        last = max(at for at in known if at is not None) + 1
        return last if self.missing.back_at is None else max(self.missing.back_at, self.missing.seen_at)

    def headline(self) -> str:
        """One line."""
        due, back = self.missing.due, self.missing.back_at
        late = f", and came back on {date(self.case.calendar, back)}" if back is not None else ""
        return f"{self.case.subject} was not returned by {self.person} by {date(self.case.calendar, due.at - 1)}{late}"

    def explanation(self) -> str:
        """A paragraph for a principal."""
        due, calendar = self.missing.due, self.case.calendar
        known = f" This was recorded only on {moment(calendar, due.known_at)}." if due.known_at > due.at else ""
        said = [
            f"{self.case.subject} was assigned to {self.person}. It was due by the end of {date(calendar, due.at - 1)},"
            f" because {due.says}.{known}",
            f"When it was looked for on {moment(calendar, self.missing.seen_at)}, it was still assigned to"
            f" {self.person}, and nothing said that it had come back.",
        ]
        if self.missing.back_at is not None:
            said.append(f"It came back on {moment(calendar, self.missing.back_at)}.")
        if self.missing.used:
            last = self.missing.used[-1]
            said.append(f"It was in use afterward, last on {moment(calendar, last.until)}{_by(last)}.")
        return " ".join(said)

    def exhibits(self) -> list[Exhibit]:
        """The first uses after it was due, and the last."""
        used = self.missing.used
        return [_exhibit(one) for one in (used if len(used) <= MOST else [*used[: MOST - 1], used[-1]])]

    def measures(self) -> list[Measure]:
        """How long it is overdue, and how often it was used since."""
        late = round((self.ended_at - self.missing.due.at) / DAY, 2)
        days = Measure(name="days overdue", value=max(0.0, late), threshold=0, unit="d")
        uses = sum(one.count for one in self.missing.used)
        ids = [one.event_id for one in self.missing.used]
        return [days, Measure(name="uses after it was due", value=uses, event_ids=ids)]

    def spans(self) -> list[Span]:
        """The time for which it was overdue."""
        start, end = format_ms(self.missing.started_at), format_ms(self.ended_at)
        return [Span(kind="uncovered", label="overdue", started_at=start, ended_at=end)]

    def consulted(self) -> list[Consulted]:
        """The assignment, the row that says when it was due, and each return of the device that does not count."""
        due = self.missing.due
        rows = [consulted(due.assignment, f"{self.case.subject} was given to {self.person}")]
        rows.append(consulted(due.row, due.says))
        known = {row.reference for row in rows}
        told = self.case.reference.returns_of(self.case.subject)
        return [*rows, *(self._return(row) for row in told if row.reference not in known)]

    def _return(self, row: Return) -> Consulted:
        if row.returned_at is None:
            return consulted(row, f"{row.return_id}: a request to return it", "nothing says that it came back")
        says = f"{row.return_id}: returned on {moment(self.case.calendar, row.returned_at)}"
        mine = row.person in ("", self.missing.due.assignment.person)
        return consulted(row, says, "it came after the device was missed" if mine else "it was another holder's return")

    def innocents(self) -> list[Innocent]:
        """Every explanation tested."""
        return [self._other_device(), self._lost(), self._at_school()]

    def _other_device(self) -> Innocent:
        """The holder gave back a device of somebody else: two may have been mixed up."""
        person, reference = self.missing.due.assignment.person, self.case.reference
        others = [
            row
            for row in reference.rows("returns")
            if row.person == person and row.device_id != self.case.subject and self._near(row)
            and person not in {one.person for one in reference.assignments_of(row.device_id)}
        ]  # fmt: skip
        answer = "The holder gave back no device that was assigned to somebody else."
        if others:
            named = ", ".join(sorted(row.device_id for row in others))
            answer = (
                f"The holder gave back {named}, which was never assigned to {self.person}: two devices may be mixed up."
            )
        return Innocent(explanation="devices_mixed_up", answer=answer, holds=bool(others))

    def _near(self, row: Return) -> bool:
        return row.returned_at is not None and abs(row.returned_at - self.missing.due.at) <= 60 * DAY

    def _lost(self) -> Innocent:
        known = self.case.reference.known("losses")
        answer = "No report says that it was lost or stolen." if known else "Not known: there is no table of losses."
        return Innocent(explanation="lost_or_stolen", answer=answer, holds=False)

    def _at_school(self) -> Innocent:
        """It may lie in the office already, checked in by nobody."""
        sites = sorted({one.site for one in self.missing.used if one.site})
        answer = "No use after it was due shows where it is."
        if sites:
            named = ", ".join(self.case.reference.site_name(site, self.missing.due.at) for site in sites)
            answer = f"It was in use afterward at {named}. It may have come back without being checked in."
        return Innocent(explanation="came_back_unrecorded", answer=answer, holds=bool(sites))


@dataclass(frozen=True)
class RedeployedProof:
    """The proof that a device was handed on before it was returned and wiped."""

    case: Case
    before: Assignment
    after: Assignment

    def _name(self, assignment: Assignment) -> str:
        return self.case.reference.person_name(assignment.person, self.after.valid_from or 0)

    def headline(self) -> str:
        """One line."""
        return (
            f"{self.case.subject} went from {self._name(self.before)} to {self._name(self.after)} before it was"
            " returned and wiped"
        )

    def explanation(self) -> str:
        """A paragraph for a principal."""
        given = date(self.case.calendar, self.after.valid_from or 0)
        return (
            f"{self.case.subject} was assigned to {self._name(self.before)} and to {self._name(self.after)} on {given}."
            " Between the two, no record says that it was returned to IT and wiped. What the first holder left on it"
            " may be open to the second."
        )

    def consulted(self) -> list[Consulted]:
        """Both assignments, and the returns that lack one of the two."""
        rows = [consulted(self.before, "the holder before"), consulted(self.after, "the holder since")]
        for row in self.case.reference.returns_of(self.case.subject):
            rows.append(consulted(row, f"{row.return_id}: a return of the device", _lacks(row)))
        return rows

    def innocents(self) -> list[Innocent]:
        """Every explanation tested."""
        same = self.before.person == self.after.person
        answer = "The two holders are two people, and no return with a wipe was recorded between them."
        return [Innocent(explanation="only_paperwork", answer=answer, holds=same)]


def _lacks(row: Return) -> str:
    missing = [word for at, word in ((row.returned_at, "returned"), (row.wiped_at, "wiped")) if at is None]
    return f"it does not say that it was {' and '.join(missing)}" if missing else "it is of another time"


def _account(sighting: Sighting) -> str | None:
    """Of ours; Windows' own, and what a client only claims, is nobody's use: the raw record says it."""
    return sighting.account if sighting.account and not sighting.account.startswith("?") else None


def _by(sighting: Sighting) -> str:
    account = _account(sighting)
    return f" by {account}" if account else ""


def _exhibit(one: Sighting) -> Exhibit:
    run = one.count > 1
    return Exhibit(
        event_id=one.event_id,
        occurred_at=format_ms(one.told_at),
        source_id=one.source_id,
        shows=f"the device was in use{_by(one)}",
        account=_account(one),
        person=one.person,
        device_id=one.device_id,
        site=one.site,
        count=one.count if run else None,
        until=format_ms(one.told_until) if run else None,
        last_event_id=one.last_event_id if run else None,
    )

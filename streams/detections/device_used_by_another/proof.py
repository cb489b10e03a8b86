"""The proof that a device was used by another: who, where, when, by which rows; and the innocent explanations."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from model.event import format_ms
from model.reference import Assignment, Device
from model.violation import Consulted, Exhibit, Innocent, Measure, Span
from streams.detection import Case
from streams.detections.device_used_by_another.entitled import MINUTE, Entitled
from streams.evidence.consulted_rows import consulted
from streams.evidence.exhibits import exhibit, measure
from streams.evidence.plain_words import clock, counted, date, day, length, listed, role, row_named, span
from streams.patterns.intervals import total
from streams.patterns.sittings import Sitting


@dataclass
class Proof:
    """Everything one finding rests on."""

    case: Case
    shown: list[Sitting]
    reason: str
    entitled: Entitled
    users: int  # seen at the device on the days around

    @property
    def at(self) -> int:
        """When the first of the sittings began."""
        return self.shown[0].interval.start

    @property
    def device(self) -> Device | None:
        """The device's row then."""
        return self.entitled.device(self.at)

    @cached_property
    def owners(self) -> list[Assignment]:
        """The assignments in force then."""
        return self.entitled.assignees(self.at)

    @cached_property
    def used(self) -> int:
        """The time used (ms), each instant once."""
        return total(sitting.interval for sitting in self.shown)

    def who(self) -> str:
        """The account, and whose it is."""
        one = self.shown[0]
        name = self.case.reference.person_name(one.person, self.at) if one.person else ""
        return f"{one.account} ({name})" if name and name != one.account else one.account

    def owner(self) -> str:
        """To whom the device was given."""
        return listed([self.case.reference.person_name(row.person, self.at) for row in self.owners])

    def headline(self) -> str:
        """One sentence with the time."""
        when = f"for {length(self.used)} on {date(self.case.calendar, self.at)}"
        return f"The account {self.who()} was used on {self.case.subject}, which is assigned to {self.owner()}, {when}"

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        device, reference = self.device, self.case.reference
        kind = (
            f" (a {device.device_class.replace('_', ' ')} device)"
            if device and device.device_class != "assigned"
            else ""
        )
        said = [f"{self.case.subject}{kind} is assigned to {self.owner()}."]
        said.append(f"On {day(self.case.calendar, self.at)}, the account {self.who()} was used on it: {self._times()}.")
        sites = sorted({sitting.site for sitting in self.shown if sitting.site})
        if sites:
            said.append(f"That was at {listed([reference.site_name(site, self.at) for site in sites])}.")
        said.append(self._role())
        return " ".join(said)

    def _times(self) -> str:
        calendar = self.case.calendar
        told = [f"{span(calendar, *sitting.interval)} ({length(sitting.interval.length)})" for sitting in self.shown]
        more = f" and {counted(len(told) - 3, 'more time')}" if len(told) > 3 else ""
        return f"{'; '.join(told[:3])}{more}"

    def _role(self) -> str:
        roles = [role(name) for name in sorted(self.entitled.roles(self.shown[0].person, self.at))]
        held = f"The user's role is {listed(roles)}" if roles else "The tables give the user no role"
        why = {
            "outsider": "Students and people whom the district does not employ never use a staff member's device.",
            "other": "The device was not assigned to this person.",
            "technician": "Work on others' devices belongs to that role; this is kept for the record.",
        }
        return f"{held}. {why[self.reason]}"

    def exhibits(self) -> list[Exhibit]:
        """Every event of the sittings, once."""
        seen = {s.event_id: exhibit(s) for sitting in self.shown for s in sitting.shown_by}
        return list(seen.values())

    def measures(self) -> list[Measure]:
        """The time used, and how many others use the device."""
        ids = [s.event_id for sitting in self.shown for s in sitting.shown_by]
        longest = max(sitting.interval.length for sitting in self.shown) // MINUTE
        return [
            measure("minutes of the longest session", longest, self.entitled.rules.least_minutes, "min", ids),
            Measure(name="sessions that day", value=len(self.shown)),
            Measure(name="people seen at the device", value=self.users, threshold=self.entitled.rules.shared_users),
        ]

    def spans(self) -> list[Span]:
        """Each sitting."""
        return [
            Span(
                kind="session",
                label=f"{sitting.account} at {sitting.device}",
                started_at=format_ms(sitting.interval.start),
                ended_at=format_ms(sitting.interval.end),
                close=sitting.close,
                event_ids=[s.event_id for s in sitting.shown_by],
            )
            for sitting in self.shown
        ]

    def consulted(self) -> list[Consulted]:
        """The device, its assignments and roles, and every excuse that was weighed."""
        return [*self._rows(), *self.entitled.excuses.weighed.values(), *self.entitled.handed.values()]

    def _rows(self) -> Iterator[Consulted]:
        person, reference = self.shown[0].person, self.case.reference
        if self.device:
            yield consulted(self.device, f"{self.device.device_class} device")
        for row in self.owners:
            yield consulted(row, f"assigned to {reference.person_name(row.person, self.at)}")
        for held in reference.roles(person, self.at) if person else ():
            yield consulted(held, f"the user is {role(held.role)}")
        for row in self.entitled.changes(person) if person else ():
            off = self.entitled.school_days_off(row, self.at)
            failed = f"{counted(off, 'school day')} away, and {self.entitled.rules.grace_school_days} are allowed"
            yield consulted(row, f"assigned to {reference.person_name(row.person, self.at)} at another time", failed)

    # Innocent explanations

    def innocents(self) -> list[Innocent]:
        """Each that the records and tables can test, with its answer."""
        return [
            self._hand_over(),
            self._lent(),
            self._shared(),
            self._own_account(),
            self._room(),
            self._listed_user(),
            self._clocks(),
        ]

    def _hand_over(self) -> Innocent:
        person = self.shown[0].person
        rows = self.entitled.changes(person) if person else []
        answer = "The tables never assigned the device to this person, before or after."
        if rows:
            days = min(self.entitled.school_days_off(row, self.at) for row in rows)
            allowed = self.entitled.rules.grace_school_days
            answer = f"It was assigned to this person {counted(days, 'school day')} away; {allowed} are allowed."
        return Innocent(explanation="device_changed_hands", answer=answer, holds=False)

    def _lent(self) -> Innocent:
        weighed = [*self.entitled.excuses.weighed.values(), *self.entitled.handed.values()]
        found = [f"{row_named(row.reference)} ({row.failed or 'in force'})" for row in weighed]
        lent = "loan, " if self.entitled.rules.loans else ""
        answer = f"No {lent}service ticket, authorized search, hand-out or exemption covers it."
        if found:
            answer = f"Weighed: {'; '.join(found)}."
        if not self.entitled.rules.loans:
            answer += " The district's policy does not let anybody lend such a device."
        return Innocent(
            explanation="lent_serviced_or_searched", answer=answer, holds=any(row.failed is None for row in weighed)
        )

    def _shared(self) -> Innocent:
        rules = self.entitled.rules
        answer = (
            f"{counted(self.users, 'person', 'people')} used the device within {rules.shared_days} days. From"
            f" {rules.shared_users} on it would be taken for a shared device."
        )
        return Innocent(explanation="device_is_really_shared", answer=answer, holds=False)

    def _own_account(self) -> Innocent:
        one = self.shown[0]
        if one.person is None:
            return Innocent(
                explanation="second_account_of_the_assignee",
                answer=f"The tables do not say which person {one.account} belongs to.",
                holds=False,
            )
        answer = f"The account {one.account} belongs to {self.case.reference.person_name(one.person, self.at)}, not to"
        return Innocent(explanation="second_account_of_the_assignee", answer=f"{answer} {self.owner()}.", holds=False)

    def _room(self) -> Innocent:
        device, known = self.device, self.case.reference.known("classes")
        answer = "The tables do not say in which room the device stands or who teaches there."
        if known and device is not None and device.room:
            answer = f"By the timetable the user taught no class in room {device.room} then."
        return Innocent(explanation="computer_of_the_classroom", answer=answer, holds=False)

    def _listed_user(self) -> Innocent:
        signed = sum(s.kind != "web.requested" for sitting in self.shown for s in sitting.inputs)
        answer = (
            f"It rests on {counted(signed, 'sign-in or unlock', 'sign-ins and unlocks')} and web traffic of that"
            " account, not on who enrolled the device or whom an inventory names."
        )
        return Innocent(explanation="enrolled_by_another", answer=answer, holds=False)

    def _clocks(self) -> Innocent:
        sources = listed(sorted({s.source_id for sitting in self.shown for s in sitting.shown_by}))
        began = clock(self.case.calendar, self.at)
        answer = f"The times are those of {sources}, beginning at {began}. Whose account it was does not rest on them."
        return Innocent(explanation="skewed_clock", answer=answer, holds=False)

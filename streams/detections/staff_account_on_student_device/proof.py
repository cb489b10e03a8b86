"""The proof of a staff account among students: where, how long, what led up to it, what was opened, what was tested."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from model.event import format_ms
from model.violation import Consulted, Exhibit, Innocent, Measure, Span
from streams.detection import Case
from streams.detections.staff_account_on_student_device.place import ASSIGNED
from streams.detections.staff_account_on_student_device.sight import READ, REFUSALS, RESET, WROTE
from streams.detections.staff_account_on_student_device.use import MINUTE, Use
from streams.evidence.consulted_rows import consulted
from streams.evidence.exhibits import exhibit, measure
from streams.evidence.plain_words import clock, counted, date, day, length, listed, moment, role, row_named, span
from streams.memory.clocks import TOLERANCE
from streams.patterns.intervals import total
from streams.patterns.sittings import Sitting
from streams.patterns.timetable import TEACHING
from streams.sighting import Sighting


@dataclass
class Proof:
    """Everything one finding rests on. `elsewhere`: where else the account was in use at the same time."""

    case: Case
    device: str
    uses: list[Use]
    reasons: list[str]
    elsewhere: list[Sitting]
    weighed: list[Consulted]
    users: int  # people who came to the device in the days around

    @property
    def first(self) -> Use:
        """The first of the uses."""
        return self.uses[0]

    @property
    def at(self) -> int:
        """When it began."""
        return self.first.sitting.interval.start

    @property
    def used(self) -> int:
        """The time used (ms), each instant once."""
        return total(use.sitting.interval for use in self.uses)

    @property
    def records(self) -> list[Sighting]:
        """All records opened or changed."""
        return [one for use in self.uses for one in use.records]

    @property
    def refused(self) -> list[Sighting]:
        """The refused sign-ins that led up to it."""
        return [one for use in self.uses if use.lead for one in use.lead.firsts]

    def who(self) -> str:
        """The account, and whose it is."""
        one = self.first.sitting
        name = self.case.reference.person_name(one.person, self.at) if one.person else ""
        return f"{one.account} ({name})" if name and name != one.account else one.account

    def headline(self) -> str:
        """One sentence with the numbers of the gravest reason."""
        what = {
            "wrote_records": f"changed records {counted(self._count(WROTE), 'time')} from",
            "guessed": f"was signed in after {counted(self._refusals(), 'refused attempt')} on",
            "in_use": f"was used for {length(self.used)} on",
        }[self.reasons[0]]
        return f"The staff account {self.who()} {what} {self.device}, {self.first.place.words}, {self._on()}"

    def _on(self) -> str:
        return f"on {date(self.case.calendar, self.at)}"

    def _count(self, verdict: str) -> int:
        return sum(one.count for one in self.records if one.verdict == verdict)

    def _refusals(self) -> int:
        return sum(one.count for one in self.refused)

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar = self.case.calendar
        told = [f"{span(calendar, *u.sitting.interval)} ({length(u.sitting.interval.length)})" for u in self.uses[:3]]
        said = [
            f"On {day(calendar, self.at)}, the staff account {self.who()} was used on {self.device},"
            f" {self.first.place.words}: {'; '.join(told)}."
        ]
        if any(use.sitting.interval.length == 0 for use in self.uses):
            said.append("How long it lasted is not known, because no end was recorded.")
        said += [*self._guess(), *self._opened(), *self._present()]
        return " ".join(said)

    def _guess(self) -> Iterator[str]:
        if not self.refused:
            return
        first = min(self.refused, key=lambda one: one.at)
        yield (
            f"From {clock(self.case.calendar, first.at)} on, {counted(self._refusals(), 'sign-in')} under this name"
            f" {'was' if self._refusals() == 1 else 'were'} refused there before one succeeded."
        )
        if not any(use.lead and use.lead.certain for use in self.uses):
            yield "Two machines tell these times, too close together to say for certain which came first."

    def _opened(self) -> Iterator[str]:
        if not self.records:
            yield "No student or staff records were opened, as far as the web filter shows."
            return
        hosts = listed(sorted({one.domain or "" for one in self.records}))
        wrote, read = self._count(WROTE), self._count(READ)
        asked = [f"{counted(wrote, 'request')} asked to change something"] if wrote else []
        asked += [f"{counted(read, 'request')} only to read"] if read else []
        yield f"Records were opened on {hosts}: {listed(asked)}."

    def _present(self) -> Iterator[str]:
        for one in self.elsewhere[:2]:
            when = span(self.case.calendar, *one.interval)
            yield f"At the same time the account was in use on {one.device} ({when})."

    def exhibits(self) -> list[Exhibit]:
        """Every event that shows it, once; with what was refused, reset, opened, and where else it was in use."""
        own = [s for use in self.uses for s in use.sitting.shown_by]
        more = [s for use in self.uses for s in use.resets] + [s for one in self.elsewhere for s in one.shown_by]
        return list({s.event_id: _shown(s) for s in [*own, *self.refused, *more]}.values())

    def measures(self) -> list[Measure]:
        """The numbers, each with its events."""
        rules = self.case.policy.detections.staff_account_on_student_device.parameters
        ids = [s.event_id for use in self.uses for s in use.sitting.shown_by]
        found = [measure("minutes in use", self.used // MINUTE, rules.least_minutes, "min", ids)]
        if self.refused:
            ids = [one.event_id for one in self.refused]
            found.append(measure("refused sign-ins before", self._refusals(), rules.failures, "", ids))
            certain = any(use.lead and use.lead.certain for use in self.uses)
            found.append(measure("order certain (1) or indeterminate (0)", int(certain), 1, "", ids))
        if self.records:
            ids = [one.event_id for one in self.records]
            found.append(measure("requests to records", sum(one.count for one in self.records), 1, "", ids))
            written = [one.event_id for one in self.records if one.verdict == WROTE]
            found.append(measure("requests that changed records", self._count(WROTE), 1, "", written))
        return found

    def spans(self) -> list[Span]:
        """Each sitting, and where else the account was in use."""
        return [_span(one) for one in [*(use.sitting for use in self.uses), *self.elsewhere]]

    def consulted(self) -> list[Consulted]:
        """The rows that make it a place of students, the device, the roles, and every excuse weighed."""
        return [*self._rows(), *self.weighed]

    def _rows(self) -> Iterator[Consulted]:
        reference, person = self.case.reference, self.first.sitting.person
        for row in self.first.place.rows:
            yield consulted(row, f"{self.device}, {self.first.place.words}")
        device = reference.device(self.device, self.at)
        if device:
            yield consulted(device, f"{device.device_class} device")
        for held in reference.roles(person, self.at) if person else ():
            yield consulted(held, f"the owner of the account is {role(held.role)}")
        for host in sorted({one.domain for one in self.records if one.domain}):
            category = reference.domain_category(host, self.at)
            if category:
                yield consulted(category, f"{host} is {category.category}")

    # Innocent explanations

    def innocents(self) -> list[Innocent]:
        """Each that records and tables can test, with its answer."""
        return [
            self._helping(),
            self._reset(),
            self._excused(),
            self._owner(),
            self._shared(),
            self._present_elsewhere(),
            self._clocks(),
            self._network(),
        ]

    def _helping(self) -> Innocent:
        rules = self.case.policy.detections.staff_account_on_student_device.parameters
        short = self.used < rules.short_minutes * MINUTE and not self.records
        taught = self._teaches_student()
        answer = (
            f"It lasted {length(self.used)}; up to {length(rules.short_minutes * MINUTE)} without opening records would"
            f" be a helping hand. {taught}"
        )
        holds = short and self.reasons == ["in_use"]
        return Innocent(explanation="teacher_signed_in_to_help", answer=answer, holds=holds)

    def _teaches_student(self) -> str:
        """What the class lists say of the account's owner and the device's student."""
        reference, person = self.case.reference, self.first.sitting.person
        if not reference.known("enrollments") or self.first.place.kind != ASSIGNED or not person:
            return "The tables do not say whether the owner of the account teaches this student."
        taught = {row.class_id for row in reference.classes_of(person, self.at) if row.role in TEACHING}
        owners = [row.person for row in reference.assignees(self.device, self.at)]
        shared = any(row.class_id in taught for one in owners for row in reference.classes_of(one, self.at))
        return f"The owner of the account {'teaches' if shared else 'does not teach'} this student."

    def _reset(self) -> Innocent:
        resets = [one for use in self.uses for one in use.resets]
        told = [moment(self.case.calendar, one.at) for one in resets]
        answer = "Nobody reset or changed the password of the account shortly before."
        if resets:
            answer = f"The password was reset or changed on {listed(told)}, which explains the refused sign-ins."
        if not self.refused:
            answer = "Too few sign-ins were refused to need an explanation."
        return Innocent(explanation="password_had_been_reset", answer=answer, holds=bool(resets))

    def _excused(self) -> Innocent:
        found = [f"{row_named(row.reference)} ({row.failed or 'in force'})" for row in self.weighed]
        answer = "No service ticket, authorized search, loan, hand-out or exemption covers it."
        if found:
            answer = f"Weighed: {'; '.join(found)}."
        holds = any(row.failed is None for row in self.weighed)
        return Innocent(explanation="technician_search_or_exemption", answer=answer, holds=holds)

    def _owner(self) -> Innocent:
        answer = f"{self.device} is not assigned to the owner of the account, who has no role as a student."
        return Innocent(explanation="own_device_or_student_worker", answer=answer, holds=False)

    def _shared(self) -> Innocent:
        rules = self.case.policy.detections.device_used_by_another.parameters
        answer = (
            f"{counted(self.users, 'person', 'people')} came to the device within {rules.shared_days} days. From"
            f" {rules.shared_users} on it would be taken for a shared device."
        )
        return Innocent(explanation="device_is_really_shared", answer=answer, holds=False)

    def _present_elsewhere(self) -> Innocent:
        devices = listed(sorted({one.device for one in self.elsewhere}))
        answer = "No other device shows the account in use at that time."
        if devices:
            answer = f"The account was in use on {devices} at the same time, so its owner may have been there."
        return Innocent(explanation="owner_was_at_this_device", answer=answer, holds=False)

    def _clocks(self) -> Innocent:
        certain = not self.refused or any(use.lead and use.lead.certain for use in self.uses)
        answer = (
            "No order of events told by different clocks matters here."
            if certain
            else f"The refused sign-ins and the one that succeeded come from different clocks and lie within"
            f" {length(max([TOLERANCE, *self._doubts()]))}, so their order is not certain."
            " The severity is lower for it."
        )
        return Innocent(explanation="skewed_clock", answer=answer, holds=not certain)

    def _doubts(self) -> Iterable[int]:
        """How far the clocks may be off that tell what led up to a use."""
        return (one.doubt for use in self.uses if use.lead for one in (*use.lead.firsts, use.lead.then))

    def _network(self) -> Innocent:
        answer = "No home address was used: the device itself, and where it was, decide."
        return Innocent(explanation="shared_household_address", answer=answer, holds=False)


def _span(sitting: Sitting) -> Span:
    return Span(
        kind="session",
        label=f"{sitting.account} at {sitting.device}",
        started_at=format_ms(sitting.interval.start),
        ended_at=format_ms(sitting.interval.end),
        close=sitting.close,
        event_ids=[s.event_id for s in sitting.shown_by],
    )


def _shown(sighting: Sighting) -> Exhibit:
    """The event, in words of this detection where it has some."""
    shown = exhibit(sighting)
    if sighting.kind in REFUSALS:
        return msgspec.structs.replace(shown, shows=f"a sign-in as {sighting.account} was refused", person=None)
    if sighting.kind == RESET:
        return msgspec.structs.replace(shown, shows=f"the password of {sighting.account} was reset or changed")
    if sighting.url_category:
        did = "changed" if sighting.verdict == WROTE else "opened"
        return msgspec.structs.replace(shown, shows=f"{sighting.account} {did} records on {sighting.domain}")
    return shown

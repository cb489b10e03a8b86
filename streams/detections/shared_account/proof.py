"""The proof of a shared account: what a reader is told and shown, each number with the events that make it up."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from model.event import format_ms
from model.reference import Account
from model.violation import Confidence, Consulted, Exhibit, Measure, Severity, Span
from streams.detection import Case, Finding
from streams.detections.shared_account.explanations import shared_account_innocence
from streams.evidence.exhibits import exhibit, measure
from streams.evidence.plain_words import account_named, counted, date, length, span
from streams.patterns.intervals import Interval, union
from streams.patterns.usage import Crossing, Overlap, Use
from streams.sighting import Sighting

MINUTE = 60_000
TIMETABLE = ("classes", "enrollments", "bells")  # the tables that together are one


@dataclass(slots=True)
class Proof:
    """Everything one finding rests on."""

    case: Case
    account: Account
    shared: list[Overlap]
    crossed: list[Crossing] = field(default_factory=list)
    many: dict[str, int] = field(default_factory=dict)  # device -> first input (ms)
    normal: set[str] = field(default_factory=set)
    young: bool = False
    consulted: list[Consulted] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)

    def finding(self, reasons: list[str], severity: Severity, confidence: Confidence) -> Finding:
        """The finding; it settles when the school day is over where the day's devices are counted, else at its end."""
        start, end = self._window()
        return Finding(
            identity=(self.account.account, self.case.day.isoformat()),
            reasons=reasons,
            headline=self._headline(reasons[0]),
            explanation=self._explanation(reasons),
            severity=severity,
            confidence=confidence,
            started_at=start,
            ended_at=end,
            settles_at=self.case.ended_at if self.many else end,
            account=self.account.account,
            person=self.account.person,
            vendor=self.account.vendor,
            exhibits=list(self._exhibits()),
            measures=self._measures(),
            spans=list(self._spans()),
            consulted=[*self.consulted, *self._rows()],
            innocent_explanations=shared_account_innocence(self),
            rests_on_site=reasons[0] == "two_sites",
            not_known=[] if all(map(self.case.reference.known, TIMETABLE)) else ["timetable"],
        )

    def devices(self) -> list[str]:
        """Every device the finding is about."""
        used = [use.device for overlap in self.shared for use in (overlap.one, overlap.other)]
        crossed = [s.device_id or s.device or "" for c in self.crossed for s in (c.one, c.other)]
        return sorted({*used, *crossed, *self.many})

    def sites(self) -> list[str]:
        """Every site the finding is about."""
        used = [use.site for overlap in self.shared for use in (overlap.one, overlap.other)]
        crossed = [s.site for c in self.crossed for s in (c.one, c.other)]
        return sorted({site for site in [*used, *crossed] if site})

    @property
    def minutes(self) -> int:
        """Whole minutes at once: the sum of the spans `at_once`."""
        return sum(interval.length for interval in self.at_once) // MINUTE

    @property
    def at_once(self) -> list[Interval]:
        """When it was in use twice or more at once, each instant counted once; every end is an exhibit's time."""
        return union(overlap.interval for overlap in self.shared)

    def _window(self) -> tuple[int, int]:
        starts = [o.interval.start for o in self.shared] + [c.during.start for c in self.crossed]
        ends = [o.interval.end for o in self.shared] + [c.during.end for c in self.crossed]
        if not starts:
            return min(self.many.values()), max(self.many.values())
        return min(*starts, *ends), max(*starts, *ends)

    def _on(self) -> str:
        return date(self.case.calendar, self._window()[0])

    def _headline(self, reason: str) -> str:
        name = f"The account {account_named(self.case.reference, self.account.account, self._window()[0])}"
        if reason == "many_devices":
            return f"{name} was used on {len(self.many)} devices on {self._on()}: {', '.join(sorted(self.many))}"
        if reason == "two_sites":
            return f"{name} was used at {' and '.join(map(self._site, self.sites()))} {self._at_once()} on {self._on()}"
        word = "from two addresses" if self.account.kind == "vendor" else "on two devices"
        return f"{name} was used {word} at once for {self.minutes} minutes on {self._on()}: {', '.join(self.devices())}"

    def _at_once(self) -> str:
        if self.minutes:
            return f"at once for {self.minutes} minutes"
        return f"{counted(len(self.crossed), 'time')} too close together to travel between them"

    def _owner(self) -> str:
        at, known = self._window()[0], self.case.reference
        if self.account.person:
            return known.person_name(self.account.person, at)
        company = known.vendor(self.account.vendor, at) if self.account.vendor else None
        return (company.name if company else "") or self.account.vendor or "nobody known"

    def _site(self, org: str) -> str:
        return self.case.reference.site_name(org, self._window()[0])

    def _explanation(self, reasons: list[str]) -> str:
        said = [f"The account {self.account.account} belongs to {self._owner()}."]
        said += [self._tell(overlap) for overlap in self.shared[:3]]
        if len(self.shared) > 3:
            said.append(f"This happened {counted(len(self.shared) - 3, 'more time')}.")
        if len(self.shared) > 1:
            said.append(f"Together that is {counted(self.minutes, 'minute')}, with no minute counted twice.")
        if self.crossed:
            closest = min(self.crossed, key=lambda crossing: crossing.gap)
            said.append(
                f"{counted(len(self.crossed), 'time')} it was used at one school and then at another sooner than"
                f" anybody can travel: the closest two were {length(closest.gap)} apart, and the trip takes"
                f" {length(closest.travel)}."
            )
        if "many_devices" in reasons:
            people = sum(self.case.cohorts.counted.values())
            said.append(
                f"On that school day it was used on {len(self.many)} devices. That was compared with {people} days of"
                " people with the same role at the same school."
            )
        if self.young:
            said.append(
                f"Only {counted(self.case.history.days_known, 'earlier school day')} of this account could be compared."
            )
        return " ".join(said)

    def _tell(self, overlap: Overlap) -> str:
        both = (overlap.one, overlap.other)
        places = [f"{use.device}{f' at {self._site(use.site)}' if use.site else ''}" for use in both]
        minutes = overlap.interval.length // MINUTE
        when = f"From {span(self.case.calendar, *overlap.interval)} ({minutes} minutes)"
        return f"{when}, it was in use on {places[0]} and on {places[1]} at once."

    def _exhibits(self) -> Iterable[Exhibit]:
        shown: dict[str, Exhibit] = {}
        for sighting in self._sightings():
            shown.setdefault(sighting.event_id, exhibit(sighting))
        return shown.values()

    def _sightings(self) -> Iterable[Sighting]:
        for overlap in self.shared:
            for use in (overlap.one, overlap.other):
                yield from use.shown_by
        for crossing in self.crossed:
            yield from (crossing.one, crossing.other)
        for device in self.many:
            yield from [use.inputs[0] for use in self.uses if use.device == device][:1]

    def _measures(self) -> list[Measure]:
        rules = self.case.policy.detection("shared_account").parameters
        measures: list[Measure] = []
        if self.shared:
            ids = [s.event_id for o in self.shared for use in (o.one, o.other) for s in use.shown_by]
            measures.append(measure("minutes at once", self.minutes, rules.overlap_minutes, "min", ids))
        if self.crossed:
            ids = [s.event_id for c in self.crossed for s in (c.one, c.other)]
            measures.append(
                measure("inputs at two sites too close in time", len(self.crossed), rules.two_site_inputs, "", ids)
            )
        if self.many:
            ids = [use.inputs[0].event_id for use in self.uses if use.device in self.many]
            measures.append(measure("devices in the school day", len(self.many), rules.many_devices_floor, "", ids))
        return measures

    def _spans(self) -> Iterable[Span]:
        for use in {id(use): use for o in self.shared for use in (o.one, o.other)}.values():
            close = "recorded" if use.closed_by else "last input"
            ids = [s.event_id for s in use.shown_by]
            yield Span(
                kind="session",
                label=f"{use.device}{f' at {self._site(use.site)}' if use.site else ''}",
                started_at=format_ms(use.at),
                ended_at=format_ms(use.until),
                close=close,
                event_ids=ids,
            )
        for start, end in self.at_once:
            yield Span(kind="overlap", label="at once", started_at=format_ms(start), ended_at=format_ms(end))

    def _rows(self) -> Iterable[Consulted]:
        at = self._window()[0]
        yield Consulted(reference=self.account.reference, says=f"{self.account.kind} account")
        for device in self.devices():
            row = self.case.reference.device(device, at)
            if row is not None:
                normal = "usual for this person" if device in self.normal else "not usual for this person"
                yield Consulted(reference=row.reference, says=f"{row.device_class} device, {normal}")
            for assignment in self.case.reference.assignees(device, at):
                name = self.case.reference.person_name(assignment.person, at)
                yield Consulted(reference=assignment.reference, says=f"{device} is assigned to {name}")

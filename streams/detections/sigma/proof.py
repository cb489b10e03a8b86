"""What a finding of a Sigma rule says: in plain words what the rule looked for, and every record that fits it."""

from collections.abc import Sequence

from model.event import format_ms
from model.policy.sigma import SigmaRule
from model.violation import Exhibit, Innocent, Measure, Span
from model.vocabulary import SIGMA
from streams.detection import Case
from streams.detections.sigma.limits import most_kept
from streams.detections.sigma.sight import EVERYBODY, NAMED
from streams.detections.sigma.windows import Window
from streams.evidence.exhibits import measure
from streams.evidence.plain_words import clock, counted, day, length, listed, row_named, span
from streams.patterns.excuses import Excuses
from streams.sighting import Sighting

MOST_SHOWN = 100
MOST_SPANS = 20
_UNITS = {
    "event": "records",
    "event_count": "records",
    "value_count": "different values",
    "value_sum": "",
    "temporal": "rules",
    "temporal_ordered": "rules in order",
}


class Proof:
    """What is said of one subject's windows on one school day."""

    def __init__(
        self,
        name: str,
        rule: SigmaRule,
        case: Case,
        found: Sequence[Window],
        events: Sequence[Sighting],
        excuses: Excuses,
    ) -> None:
        self.name, self.rule, self.case = name, rule, case
        self.found, self.events, self.excuses = found, events, excuses
        self.most = max(found, key=lambda window: window.value)

    def _who(self) -> str:
        """The person or account of all the records, else what a correlation groups by, else the device or address."""
        first = self.events[0]
        same = [name for name in NAMED if len({getattr(one, name) for one in self.events}) == 1]
        if "person" in same and first.person:
            return self.case.reference.person_name(first.person, first.at)
        told = {name: getattr(first, name) for name in same}
        group = "" if self.rule.kind == "event" or self.case.subject == EVERYBODY else self.case.subject
        named = [told.pop("account", None), group, *told.values()]
        return next((name for name in named if name), "Several accounts or devices")

    def headline(self) -> str:
        """One sentence: whose records, how many, and which rule they fit."""
        return f"{self._who()}: {counted(len(self.events), 'record')} that the rule “{self.rule.title}” looks for"

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar, first, last = self.case.calendar, self.events[0].at, self.events[-1].at
        when = f"On {day(calendar, first)}, {span(calendar, first, last) if first < last else clock(calendar, first)}"
        said = [
            f"{when}, {counted(len(self.events), 'record')} fitted the rule “{self.rule.title}” ({self.rule.file}).",
            *([self._together()] if self.rule.kind != "event" else []),
            *([f"The rule says of itself: {self.rule.description}"] if self.rule.description else []),
            "The rule looks at records alone. It does not know who had asked for what was done.",
        ]
        if not self.most.certain:
            said.append("Two clocks may differ by more than lies between these records: their order is not certain.")
        return " ".join(said)

    def _together(self) -> str:
        within = f"within {length(self.rule.timespan_s * 1000)}"
        same = f" with the same {listed(self.rule.group_by)}" if self.rule.group_by else ""
        names = listed([one.name for one in self.rule.selections])
        kind, least = self.rule.kind, f"{self.rule.least:g}"
        if kind.startswith("temporal"):
            ordered = ", in this order" if kind == "temporal_ordered" else ""
            return f"It asks for records of each of {names}{same} {within}{ordered}."
        if kind == "event_count":
            return f"It asks for at least {least} records of {names}{same} {within}."
        what = "different values of a field" if kind == "value_count" else "in the sum of a field"
        return f"It asks for at least {least} {what} in records of {names}{same} {within}."

    def exhibits(self) -> list[Exhibit]:
        """The first records and the last."""
        half = MOST_SHOWN // 2
        few = len(self.events) <= MOST_SHOWN
        return [self._exhibit(one) for one in (self.events if few else [*self.events[:half], *self.events[-half:]])]

    def _exhibit(self, one: Sighting) -> Exhibit:
        code = f" ({one.vendor_code})" if one.vendor_code and one.vendor_code != one.app else ""
        value = f", {one.told[-1]}" if one.told and self.rule.kind.startswith("value") else ""
        return Exhibit(
            event_id=one.event_id,
            occurred_at=format_ms(one.told_at),
            source_id=one.source_id,
            shows=f"{one.app}{code}{value}: fits {listed(one.kind.split())}",
            account=one.account,
            person=one.person,
            device_id=one.device_id,
            address=one.address,
            site=one.site,
        )

    def measures(self) -> list[Measure]:
        """The window with most in it, beside what the rule asks for, with the records that make it up."""
        ids = [one.event_id for one in self.most.sightings]
        unit = _UNITS[self.rule.kind]
        made = measure(self.rule.kind.replace("_", " "), self.most.value, self.rule.least, unit, ids)
        if self.rule.kind != "event":
            return [made]
        every = [one.event_id for one in self.events]
        return [measure("records that fit", len(every), self.rule.least, unit, every)]

    def spans(self) -> list[Span]:
        """The windows, to draw; those that touch as one."""
        if self.rule.kind == "event":
            return []
        joined: list[list[Sighting]] = []
        for window in sorted(self.found, key=lambda one: one.sightings[0].at):
            if joined and window.sightings[0].at <= joined[-1][-1].at:
                joined[-1] = _union(joined[-1], window.sightings)
            else:
                joined.append(_union(window.sightings))
        return [self._span(run) for run in joined[:MOST_SPANS]]

    def _span(self, run: Sequence[Sighting]) -> Span:
        ids = [one.event_id for one in run]
        start, end = format_ms(run[0].at), format_ms(run[-1].at + 1)
        return Span(kind="burst", label=self.rule.title, started_at=start, ended_at=end, event_ids=ids)

    def exempt(self, held: bool) -> Innocent:
        """Whether somebody had exempted those whom it is about from this rule."""
        found = sorted(row.reference for row in self.excuses.weighed.values() if row.failed is None)
        answer = (
            f"Found: {listed([row_named(one) for one in found])}."
            if held
            else f"No exemption from {SIGMA}{self.name} was in force."
        )
        return Innocent(explanation="exempt_from_this_rule", answer=answer, holds=held)

    def not_known(self) -> list[str]:
        """What the rule itself warns of, and what was left out."""
        told = [f"whether it is what the rule calls a false positive: {one}" for one in self.rule.falsepositives]
        if len(self.events) >= most_kept(self.rule):
            told.append(f"how many more: of one school day {most_kept(self.rule)} records of a kind are counted")
        return told


def _union(*runs: Sequence[Sighting]) -> list[Sighting]:
    every = {one.event_id: one for run in runs for one in run}
    return sorted(every.values(), key=lambda one: (one.at, one.event_id))

"""What a finding about an investigator says, in plain words, and the searches that it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.reference import Search
from model.violation import Consulted, Innocent, Measure
from streams.detection import Case
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import clock, counted, date, span

HOUR = 3_600_000
MOST = 50  # searches that are listed
_HOW = {"search": "searched for", "timeline": "opened the timeline of", "export": "took away the timeline of"}


@dataclass(frozen=True)
class Proof:
    """`thing`: whom the searches were about, or which case they named."""

    case: Case
    reason: str
    rows: Sequence[Search]
    thing: str

    @property
    def _day(self) -> str:
        return date(self.case.calendar, self.rows[-1].at)

    def _named(self, person: str) -> str:
        return self.case.reference.person_name(person, self.rows[-1].at)

    def headline(self) -> str:
        """One line."""
        who, whom = self.case.subject, self._named(self.thing)
        people = len({one for row in self.rows for one in row.about or (row.asked,)})
        said = {
            "self": f"{who} looked up their own records",
            "supervisor": f"{who} looked up {whom}, who supervises them",
            "household": f"{who} looked up {whom}, who has the same family name",
            "watched_person": f"{who} looked up {whom} without an open case",
            "many_people": f"{who} looked up {people} people, more than one task needs, without an open case",
            "after_closing": f"{who} searched for {_matter(self.thing)} after it was closed",
            "export_without_case": f"{who} took records away without an open case",
        }
        return f"{said[self.reason]}, {self._day}"

    def explanation(self) -> str:
        """A paragraph for the reviewer."""
        first, last = self.rows[0].at, self.rows[-1].at
        times = f"at {clock(self.case.calendar, first)}" if first == last else span(self.case.calendar, first, last)
        seen = sum(row.rows for row in self.rows)
        purposes = ", ".join(sorted({row.purpose.replace("_", " ") for row in self.rows if row.purpose}))
        cases = ", ".join(sorted({row.case for row in self.rows if row.case})) or "none"
        return (
            f"It was {counted(len(self.rows), 'search', 'searches')} by {self.case.subject} on {self._day}, {times};"
            f" {counted(seen, 'record')} came back. Purpose given: {purposes or 'none'}; case given: {cases}."
            " A search may be part of the work. Only somebody outside IT can say whether it was."
        )

    def measures(self, most: int) -> list[Measure]:
        """How many searches, people and records."""
        people = len({one for row in self.rows for one in row.about or (row.asked,)})
        limit = most if self.reason == "many_people" else None
        return [
            Measure(name="searches", value=len(self.rows)),
            Measure(name="people looked for", value=people, threshold=limit),
            Measure(name="records shown", value=sum(row.rows for row in self.rows)),
        ]

    def consulted(self) -> list[Consulted]:
        """The searches themselves, as they were kept."""
        shown = [consulted(row, self._says(row)) for row in self.rows[:MOST]]
        rows = [self.case.reference.person(one, self.rows[-1].at) for one in (self.rows[-1].person, self.thing) if one]
        named = {row.reference: consulted(row, f"{row.name} is {row.person}") for row in rows if row}
        return [*shown, *named.values()]

    def _says(self, row: Search) -> str:
        about = ", ".join(map(self._named, row.about[:5])) or f"“{row.asked}”"
        more = f" and {len(row.about) - 5} more" if len(row.about) > 5 else ""
        case = f"{_matter(row.case)} ({row.case_open or 'unknown'})" if row.case else "no case"
        return (
            f"{clock(self.case.calendar, row.at)}: {row.actor} {_HOW.get(row.how, 'searched for')} {about}{more};"
            f" {row.purpose.replace('_', ' ') or 'no purpose'}, {case}; {counted(row.rows, 'record')}"
        )

    def innocents(self) -> list[Innocent]:
        """Every explanation tested."""
        named = sorted({row.case for row in self.rows if row.case_open == "open"})
        answer = "No open case was named."
        if named:
            answer = f"They named the open case {', '.join(named)}; somebody else can do this part of it."
        found = [Innocent(explanation="ordered_by_a_case", answer=answer, holds=False)]
        if self.reason == "household":
            answer = "Addresses are not known here: two people of one name need not be of one household."
            found.append(Innocent(explanation="namesake", answer=answer, holds=False))
        return found

    def not_known(self) -> list[str]:
        """Where people live; and who the investigator is, where no account says."""
        unknown = [] if self.rows[-1].person else ["whose account of the district the investigator's is"]
        return [*unknown, *(["home addresses"] if self.reason == "household" else [])]


def _matter(name: str) -> str:
    """`case 2026-0001`, `request 2026-0001`, `incident 3f2a`: for what somebody searched."""
    return name if name.startswith(("request ", "incident ")) else f"case {name}"

"""From what one investigator searched on one school day to a finding for each use that is not their task."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from model.policy.detections.investigator_misuse import MisuseParameters
from model.reference import Search, folded
from model.violation import Confidence, Severity
from streams.detection import Case, Finding, Verdict
from streams.detections.investigator_misuse.proof import HOUR, Proof

DETECTION = "investigator_misuse"
_FILES = ("request ", "incident ")  # whose records are read after the end, too: by audits, appeals and courts
REASONS = (
    *("after_closing", "watched_person", "self", "supervisor", "household", "many_people", "export_without_case"),
)


def judge(case: Case) -> Verdict:
    """One finding for each reason and person looked for; one for the day where too many were."""
    searched = _Searched(case)
    return Verdict([*searched.about_one(), *searched.many(), *searched.after_closing(), *searched.exports()])


@dataclass(frozen=True)
class _Searched:
    """The case, and what its subject searched."""

    case: Case

    @cached_property
    def all(self) -> list[Search]:
        return self.case.reference.searches_by(self.case.subject)

    @cached_property
    def today(self) -> list[Search]:
        return [row for row in self.all if self.case.started_at <= row.at < self.case.ended_at]

    @property
    def rules(self) -> MisuseParameters:
        return self.case.policy.detections.investigator_misuse.parameters

    def about_one(self) -> Iterator[Finding]:
        """Searches for one person: who only turns up among many was not looked for."""
        by_person: dict[str, list[Search]] = {}
        for row in self.today:
            if len(row.about) == 1:
                by_person.setdefault(row.about[0], []).append(row)
        for person, rows in by_person.items():
            for reason, holds in self._tests:
                if kept := [row for row in rows if holds(row, person)]:
                    yield self._finding(reason, kept, person)

    @property
    def _tests(self) -> tuple[tuple[str, Callable[[Search, str], bool]], ...]:
        return (
            ("self", lambda row, person: person == row.person),
            ("supervisor", lambda row, person: person in row.supervisors),
            ("household", self._is_family),
            ("watched_person", self._is_watched),
        )

    def _is_family(self, row: Search, person: str) -> bool:
        if not self.rules.household_by_name or not row.person or person == row.person:
            return False
        own, other = (self.case.reference.person(one, row.at) for one in (row.person, person))
        return bool(own and other and own.family_name and folded(own.family_name) == folded(other.family_name))

    def _is_watched(self, row: Search, person: str) -> bool:
        if person == row.person or not _needs_case(row):
            return False
        listed = person in self.rules.watched_people
        return listed or self.case.reference.has_role(person, row.at, self.rules.watched_roles)

    def many(self) -> Iterator[Finding]:
        """More people within an hour than one task needs, none of them for an open case."""
        free = [row for row in self.all if _needs_case(row)]
        over: list[Search] = []
        for last in free:
            if self.case.started_at <= last.at < self.case.ended_at:
                hour = [row for row in free if last.at - HOUR < row.at <= last.at]
                if len(_people(hour)) > self.rules.people_per_hour:
                    over += [row for row in hour if row not in over]
        if over:
            yield self._finding("many_people", sorted(over, key=lambda row: (row.at, row.search_id)))

    def after_closing(self) -> Iterator[Finding]:
        closed: dict[str, list[Search]] = {}
        for row in self.today:
            if row.case_open == "closed" and _needs_case(row) and not row.case.startswith(_FILES):
                closed.setdefault(row.case, []).append(row)
        for name, rows in closed.items():
            yield self._finding("after_closing", rows, name)

    def exports(self) -> Iterator[Finding]:
        rows = [
            row
            for row in self.today
            if row.how == "export" and _needs_case(row) and row.purpose not in self.rules.purposes_without_case
        ]
        if rows:
            yield self._finding("export_without_case", rows)

    def _finding(self, reason: str, rows: Sequence[Search], thing: str = "") -> Finding:
        proof = Proof(self.case, reason, rows, thing)
        start = max(rows[0].at, self.case.started_at)
        return Finding(
            identity=(self.case.subject, reason, thing, self.case.day.isoformat()),
            reasons=[reason],
            headline=proof.headline(),
            explanation=proof.explanation(),
            severity=self._severity(reason),
            confidence=self._confidence(reason),
            started_at=start,
            ended_at=max(rows[-1].at, start) + 1,
            settles_at=rows[-1].at + 1,
            account=self.case.subject,
            person=rows[-1].person or None,
            measures=proof.measures(self.rules.people_per_hour),
            consulted=proof.consulted(),
            innocent_explanations=proof.innocents(),
            not_known=proof.not_known(),
            clauses=list(self.case.policy.detection(DETECTION).clauses_for([reason])),
        )

    def _severity(self, reason: str) -> Severity:
        return self.case.policy.detection(DETECTION).severity[reason]

    def _confidence(self, reason: str) -> Confidence:
        """Two people of one family name need not be one family."""
        return "low" if reason == "household" else "high"


def _needs_case(row: Search) -> bool:
    """Whether no open case covers it. Who reads or exports the file of a case searches for nobody, closed or not."""
    return row.case_open != "open" and not (row.case and row.asked == f"case:{row.case}")


def _people(rows: Sequence[Search]) -> set[str]:
    """Whom they were about; where that is nobody the tables know, what was asked."""
    return {one for row in rows for one in row.about or (f"asked {row.asked}",)}

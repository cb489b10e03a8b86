"""Which stored rows a plan would destroy, which a hold keeps, which a longer rule keeps: asked of the store."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import msgspec

from model.hold import Hold
from storage.client import Store
from storage.ledger.ranges import Range
from storage.ledger.reading import RAW
from storage.ledger.stored import DECISIONS, EVENT_CLASSES
from storage.queries.hours import Unsettled, pieces, settled
from storage.queries.where import APART, Where
from storage.retention.again import Returned, Stands
from storage.retention.schedule import Rule
from storage.retention.subjects import subjects_of, vendors_of, words_of

SEARCHES = "searches"
SEARCH = "search.made"  # the kind of decision that a search is stored as
CASEWORK, REQUESTS = "casework", "requests"
DECIDED = (CASEWORK, REQUESTS)  # decisions, destroyed by the entities that they are about
PURGED = (*EVENT_CLASSES, RAW, "violations", "dead_letters", SEARCHES, *DECIDED)
_OF_EVENTS = (*EVENT_CLASSES, RAW)
Verdict = Literal["", "due", "held", "kept"]
_SAMPLE = 5
# Of classes that have no rows of their own to destroy.
_SAYS = {
    "exhibits": "they are the events that violations cite: counted and destroyed in their own classes, and kept as long"
    " as a violation cites them",
    "mail_metadata": "nothing of this class is stored: no source that is read gives mail metadata",
}
_AT = "if(occurred_at = toDateTime64(0, 3, 'UTC') OR occurred_at > stored_at, stored_at, occurred_at)"


class ClassDue(msgspec.Struct, kw_only=True):
    """One class of a plan: due + held + kept_longer = rows past the class's own schedule.

    What is due and was destroyed before counts in `destroyed_again` alone.
    """

    record_class: str = msgspec.field(name="class")
    due: int = 0
    held: int = 0
    kept_longer: int = 0
    destroyed_again: int = 0
    rows: int = 0  # all that are stored
    basis: str = ""
    schedule: str = ""
    says: str | None = None


class _Counts(msgspec.Struct):
    rows: int
    due: int
    held: int
    kept_longer: int


class DueRow(msgspec.Struct, frozen=True):
    """A row that is due: its id, and where in the stream it says that it stood.

    `entity`: it goes with all rows of its entity or not at all. `called`: what a certificate calls the entity, where
    that names nobody.
    """

    id: str
    version: int
    log_line: int
    entity: str = ""
    called: str = ""


class Judged(NamedTuple):
    """A decision, and what a plan says of it. `at`: when its entity was closed."""

    record_class: str
    row: DueRow
    verdict: Verdict
    at: datetime


class _Oldest(msgspec.Struct):
    at: int
    rows: int


class _Category(msgspec.Struct):
    id: str
    rows: int


class Question:
    """What is asked of a class: conditions with bound values. `stored_until`: rows stored later are another plan's.

    `decided`: the decisions about cases, requests and the like, judged already (casework/entities.py); `again`: those
    that were destroyed before, and are back. `returned`: where such rows of other classes are asked for.
    """

    def __init__(
        self,
        store: Store,
        district: str,
        rules: Mapping[str, Rule],
        cutoffs: Mapping[str, datetime],
        holds: Sequence[Hold],
        stored_until: datetime,
        decided: Sequence[Judged] = (),
        again: Sequence[Judged] = (),
        returned: Returned | None = None,
    ) -> None:
        self._store = store
        self._rules = rules
        self._district = district
        self.cutoffs = cutoffs
        self._holds = holds
        self._until = stored_until
        self._decided = decided
        self._again = again
        self._returned = returned
        self._vendors = vendors_of(store, district, holds)

    def counts(self, record_class: str, rule: Rule) -> ClassDue:
        """The numbers of a class. Raises `Unavailable`."""
        answer = ClassDue(record_class=record_class, basis=rule.basis, schedule=rule.words)
        if record_class not in PURGED:
            answer.says = _SAYS.get(record_class, "nothing of this class is destroyed by this release")
            return answer
        if record_class in DECIDED:
            return self._counted(answer)
        where, verdict = self._asked(record_class)
        counted = "count() AS rows, countIf(v = 'due') AS due, countIf(v = 'held') AS held"
        counted += ", countIf(v = 'kept') AS kept_longer"
        judged = f"SELECT {verdict} AS v FROM {self._past_rows(where, record_class)} {where}"
        sql = f"SELECT {counted} FROM ({judged}) SETTINGS {APART}"
        found = self._store.rows(sql, _Counts, where.parameters)[0]
        again = self.again(record_class)
        shown = self._shown(record_class, set(again)) if again else 0
        rows = self._number(record_class) if record_class in _OF_EVENTS else found.rows
        answer.rows, answer.due, answer.destroyed_again = rows - shown, found.due - shown, len(again)
        answer.held, answer.kept_longer = found.held, found.kept_longer
        if record_class not in self.cutoffs:
            answer.says = "counted from closing, which is not worked out for this class: nothing is due"
        return answer

    def _shown(self, record_class: str, again: Collection[Stands]) -> int:
        """How many of those that go again an answer counts: each id once, in its newest version."""
        return sum(_stands(row) in again for row in self._due_rows(record_class))

    def _counted(self, answer: ClassDue) -> ClassDue:
        told = Counter(one.verdict for one in self._decided if one.record_class == answer.record_class)
        answer.rows, answer.due, answer.held, answer.kept_longer = told.total(), told["due"], told["held"], told["kept"]
        answer.destroyed_again = len(self.again(answer.record_class))
        return answer

    def _due_decisions(self, record_class: str) -> list[Judged]:
        return [one for one in self._decided if one.record_class == record_class and one.verdict == "due"]

    def held_rows(self, record_class: str) -> int:
        """How many rows of a class the holds keep, due or not. Raises `Unavailable`."""
        where, _ = self._asked(record_class)
        held = self._held(where, record_class)
        if record_class in _OF_EVENTS:
            return self._number(record_class, held, where)
        sql = f"SELECT count() AS rows, 0 AS due, 0 AS held, 0 AS kept_longer FROM {_FROM[record_class]}"
        return self._store.rows(f"{sql} {where.that(held)} SETTINGS {APART}", _Counts, where.parameters)[0].rows

    def _number(self, record_class: str, condition: str = "1", bound: Where | None = None) -> int:
        """How many rows of a class of events there are, or fulfill a condition whose values `bound` binds."""

        def ask(hours: Unsettled) -> int:
            where = (bound or Where()).beside(self._district).that(condition)
            self._of_class(where, record_class)
            each = (f"SELECT count() AS rows FROM {piece}" for piece in pieces(where, hours, None, None, where))
            sql = f"SELECT sum(rows) AS rows, 0 AS due, 0 AS held, 0 AS kept_longer FROM ({' UNION ALL '.join(each)})"
            return self._store.rows(f"{sql} SETTINGS {APART}", _Counts, where.parameters)[0].rows

        return settled(self._store, ask)

    def _past_rows(self, where: Where, record_class: str) -> str:
        """Where to look for rows past their time: of events, those that occurred or were stored before it began.

        Two questions of which each reads little: the primary key knows the one, an index of `stored_at` the other.
        """
        at = self.cutoffs.get(record_class)
        if record_class not in _OF_EVENTS:
            return _FROM[record_class]
        if at is None:
            return "(SELECT * FROM events WHERE 0)"
        before = where.instant(at)
        looked = f"SELECT * FROM events FINAL {where} AND occurred_at"
        return f"({looked} < {before} UNION ALL {looked} >= {before} AND stored_at < {before})"

    def due_rows(self, record_class: str) -> list[DueRow]:
        """The rows that are due for the first time, by id. Raises `Unavailable`."""
        if record_class in DECIDED:
            return [one.row for one in self._due_decisions(record_class)]
        again = set(self.again(record_class))
        return [row for row in self._due_rows(record_class) if _stands(row) not in again]

    def again(self, record_class: str) -> list[Stands]:
        """Each stored row that is due and stands where one was destroyed before, hidden versions too.

        Raises `Unavailable`.
        """
        name, asked = sealed_as(record_class), self._returned
        span = asked.span(name) if asked else None
        if asked is None or span is None:
            return []
        if record_class not in DECIDED:
            rows = self._due_rows(record_class, _STORED[record_class], span)
            return asked.alone(name, map(_stands, rows))
        rows = [one.row for one in self._again if one.record_class == record_class]
        alone = asked.alone(name, map(_stands, rows))
        broken = {row.entity for row in rows if _stands(row) not in alone}
        whole = {_stands(row) for row in rows if row.entity not in broken}
        return [row for row in alone if row in whole]

    def facts_again(self) -> list[Stands]:
        """What the judge was told of searches that go again. Raises `Unavailable`."""
        searches = {row.id for row in self.again(SEARCHES)}
        return self._returned.facts(searches, SEARCHES) if self._returned else []

    def _due_rows(self, record_class: str, table: str | None = None, span: Range | None = None) -> list[DueRow]:
        where, verdict = self._asked(record_class)
        if span:
            where.that(f"version BETWEEN {where.bind(span[0], 'UInt64')} AND {where.bind(span[1], 'UInt64')}")
        rows = table or self._past_rows(where, record_class)
        sql = f"SELECT {_NAMED[record_class]} FROM {rows} {where.that(verdict + ' = ' + _DUE)}"
        decoder = msgspec.json.Decoder(DueRow)
        chunks = self._store.stream(f"{sql} ORDER BY id SETTINGS {APART}", where.parameters)
        return [row for chunk in chunks for row in decoder.decode_lines(chunk)]

    def oldest_due(self, record_class: str) -> datetime | None:
        """When the oldest row that is due occurred (or was stored, or closed, where that counts).

        Raises `Unavailable`.
        """
        if record_class in DECIDED:
            return min((one.at for one in self._due_decisions(record_class)), default=None)
        where, verdict = self._asked(record_class)
        begins = self._begins(record_class)
        sql = f"SELECT toUnixTimestamp64Milli(min({begins})) AS at, count() AS rows"
        sql += f" FROM {self._past_rows(where, record_class)}"
        sql += f" {where.that(verdict + ' = ' + _DUE)} SETTINGS {APART}"
        found = self._store.rows(sql, _Oldest, where.parameters)[0]
        return datetime.fromtimestamp(found.at / 1000, UTC) if found.rows else None

    def without_class(self) -> list[tuple[str, int]]:
        """Categories of stored events that no record class covers, and how many rows each has."""
        where = Where(self._district)
        known = [name.removesuffix("_events") for name in EVENT_CLASSES if name in self._rules]
        where.that(f"category NOT IN {where.bind(known, 'Array(String)')}")
        sql = f"SELECT category AS id, count() AS rows FROM events {where} GROUP BY id ORDER BY id LIMIT 100"
        return [(row.id, row.rows) for row in self._store.rows(sql, _Category, where.parameters)]

    def sample(self, record_class: str) -> list[str]:
        """A few of them, by id; fewer where some stand where one was destroyed before."""
        if record_class in DECIDED:
            return [one.row.id for one in self._due_decisions(record_class)][:_SAMPLE]
        where, verdict = self._asked(record_class)
        rows = self._past_rows(where, record_class)
        sql = f"SELECT {_NAMED[record_class]} FROM {rows} {where.that(verdict + ' = ' + _DUE)}"
        sql += f" ORDER BY id LIMIT {_SAMPLE} SETTINGS {APART}"
        again = set(self.again(record_class))
        return [row.id for row in self._store.rows(sql, DueRow, where.parameters) if _stands(row) not in again]

    def _asked(self, record_class: str) -> tuple[Where, str]:
        where = Where(self._district).that("1")
        self._of_class(where, record_class)
        if record_class == SEARCHES:
            where.equal("kind", SEARCH)
        past = self._past(where, record_class)
        held = self._held(where, record_class)
        kept = self._kept(where, record_class)
        early = f"stored_at <= {where.instant(self._until)}"
        verdict = f"multiIf(NOT ({past} AND {early}), '', {held}, 'held', {kept}, 'kept', {_DUE})"
        return where, verdict

    def _of_class(self, where: Where, record_class: str) -> None:
        if record_class in EVENT_CLASSES:
            where.equal("category", record_class.removesuffix("_events"))
        if record_class == RAW:
            where.that("raw != ''")

    def _past(self, where: Where, record_class: str) -> str:
        at = self.cutoffs.get(record_class)
        if at is None:
            return "0"
        return f"{self._begins(record_class)} < {where.instant(at)}"

    def _begins(self, record_class: str) -> str:
        """From when on a row is kept; a search is stored as it is made."""
        if record_class == SEARCHES:
            return "at"
        if self._rules[record_class].since == "stored" or record_class == "dead_letters":
            return "stored_at"
        return "ended_at" if record_class == "violations" else _AT

    def _held(self, where: Where, record_class: str) -> str:
        return " OR ".join(["0", *(self._held_by(where, hold, record_class) for hold in self._holds)])

    def _held_by(self, where: Where, hold: Hold, record_class: str) -> str:
        if record_class == "dead_letters":  # nobody can read in it whom it is about
            return f"source_id IN {where.bind(list(hold.sources), 'Array(String)')}" if hold.sources else "1"
        if record_class == SEARCHES:
            return self._held_search(where, hold)
        subjects = subjects_of(where, hold, record_class, self._vendors)
        tests = [f"({' OR '.join(subjects)})"] if subjects else []
        if hold.sources and record_class != "violations":
            tests.append(f"source_id IN {where.bind(list(hold.sources), 'Array(String)')}")
        ends = "ended_at" if record_class == "violations" else _AT
        begins = "started_at" if record_class == "violations" else _AT
        tests += [f"{ends} >= {where.instant(_instant(hold.since))}"] if hold.since else []
        tests += [f"{begins} < {where.instant(_instant(hold.until))}"] if hold.until else []
        return f"({' AND '.join(tests)})" if tests else "1"

    def _held_search(self, where: Where, hold: Hold) -> str:
        """Whatever names a subject of the hold, or was made under its name: rather too much is kept than too little.

        The hold's days are those of the matter: its people are searched for long after. Where it names nobody, nothing
        but the time of a search says whether it belongs to the matter.
        """
        words = words_of(self._store, self._district, hold, self._vendors)
        written = [msgspec.json.encode(word).decode()[1:-1] for word in words]  # as it stands in the body
        listed = where.bind(written, "Array(String)")
        actors = where.bind([word.lower() for word in words], "Array(String)")
        named = f"arrayExists(word -> positionCaseInsensitiveUTF8(body, word) > 0, {listed})"
        if words:
            return f"({named} OR lower(actor) IN {actors})"
        tests = [f"at >= {where.instant(_instant(hold.since))}"] if hold.since else []
        tests += [f"at < {where.instant(_instant(hold.until))}"] if hold.until else []
        return f"({' AND '.join(tests)})" if tests else "1"

    def _kept(self, where: Where, record_class: str) -> str:
        """Cited by a violation that stays; younger than the rule of exhibits while one cites it; or its raw stays."""
        if record_class not in (*EVENT_CLASSES, RAW):
            return "0"
        stays = f"NOT ({self._past(where, 'violations')}) OR {self._held(where, 'violations')}"
        home = where.bind(self._district, "String")
        cited = f"event_id IN (SELECT arrayJoin(event_ids) FROM violations WHERE district = {home} AND ("
        young = f"NOT ({self._past(where, 'exhibits')})"
        tests = [f"{cited}{stays}))", f"({young} AND {cited}1)))"]
        if record_class != RAW:  # the raw record stands in the same row: the longer rule wins
            tests.append(f"(raw != '' AND NOT ({self._past(where, RAW)}))")
        return " OR ".join(tests)


def _stands(row: DueRow) -> Stands:
    return Stands(row.id, row.version, row.log_line)


def sealed_as(record_class: str) -> str:
    """Under which class the ledger seals the rows of a class."""
    return DECISIONS if record_class in (SEARCHES, *DECIDED) else record_class


def held_rows(store: Store, district: str, hold: Hold) -> int:
    """How many rows a hold holds now: events, violations, dead letters, searches; decisions are casework/holdings.py's.

    Raises `Unavailable`.
    """
    asked = Question(store, district, {}, {}, [hold], datetime.fromtimestamp(0, UTC))
    return sum(asked.held_rows(name) for name in PURGED if name not in (RAW, *DECIDED))


def _instant(text: str | None) -> datetime:
    return datetime.fromisoformat(text or "").astimezone(UTC)


_DUE = "'due'"
_FROM = {
    **dict.fromkeys((*EVENT_CLASSES, RAW), "events FINAL"),
    "violations": "newest_violations",
    "dead_letters": "dead_letters FINAL",
    SEARCHES: "casework FINAL",
}
_STORED = {name: table.removesuffix(" FINAL").removeprefix("newest_") for name, table in _FROM.items()}
_PLACE = "version, log_line"
_NAMED = {
    **dict.fromkeys((*EVENT_CLASSES, RAW), f"event_id AS id, {_PLACE}"),
    "violations": f"violation_id AS id, {_PLACE}",
    "dead_letters": f"dead_letter_id AS id, {_PLACE}",
    SEARCHES: "event_id AS id, version, 0 AS log_line",  # one record of the stream carries one decision
}

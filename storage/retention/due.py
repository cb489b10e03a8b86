"""Which stored rows a plan would destroy, which a hold keeps, which a longer rule keeps: asked of the store."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import msgspec

from model.hold import Hold
from storage.client import Store
from storage.ledger.reading import RAW
from storage.ledger.stored import EVENT_CLASSES
from storage.queries.people import holders
from storage.queries.responsive import below
from storage.queries.standing import accounts_of
from storage.queries.where import APART, Where
from storage.retention.schedule import Rule
from storage.stored import AT_ONCE

SEARCHES = "searches"
SEARCH = "search.made"  # the kind of decision that a search is stored as
CASEWORK, REQUESTS = "casework", "requests"
DECIDED = (CASEWORK, REQUESTS)  # decisions, destroyed by the entities that they are about
PURGED = (*EVENT_CLASSES, RAW, "violations", "dead_letters", SEARCHES, *DECIDED)
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
    """One class of a plan: due + held + kept_longer = rows past the class's own schedule."""

    record_class: str = msgspec.field(name="class")
    due: int = 0
    held: int = 0
    kept_longer: int = 0
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


class _Id(msgspec.Struct):
    id: str


class _Account(msgspec.Struct):
    account: str
    vendor: str


_VENDORS = """SELECT key AS account, JSONExtractString(argMax(row, (version, log_line)), 'vendor') AS vendor
FROM reference WHERE district = {district:String} AND `table` = 'accounts' AND row != '' GROUP BY key"""


class Question:
    """What is asked of a class: conditions with bound values. `stored_until`: rows stored later are another plan's.

    `decided`: the decisions about cases, requests and the like, judged already (casework/entities.py).
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
    ) -> None:
        self._store = store
        self._rules = rules
        self._district = district
        self.cutoffs = cutoffs
        self._holds = holds
        self._until = stored_until
        self._decided = decided
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
        judged = f"SELECT {verdict} AS v FROM {_FROM[record_class]} {where}"
        sql = f"SELECT {counted} FROM ({judged}) SETTINGS {APART}"
        found = self._store.rows(sql, _Counts, where.parameters)[0]
        answer.rows, answer.due, answer.held, answer.kept_longer = found.rows, found.due, found.held, found.kept_longer
        if record_class not in self.cutoffs:
            answer.says = "counted from closing, which is not worked out for this class: nothing is due"
        return answer

    def _counted(self, answer: ClassDue) -> ClassDue:
        told = Counter(one.verdict for one in self._decided if one.record_class == answer.record_class)
        answer.rows, answer.due, answer.held, answer.kept_longer = told.total(), told["due"], told["held"], told["kept"]
        return answer

    def _due_decisions(self, record_class: str) -> list[Judged]:
        return [one for one in self._decided if one.record_class == record_class and one.verdict == "due"]

    def held_rows(self, record_class: str) -> int:
        """How many rows of a class the holds keep, due or not. Raises `Unavailable`."""
        where, _ = self._asked(record_class)
        sql = f"SELECT countIf({self._held(where, record_class)}) AS rows, 0 AS due, 0 AS held, 0 AS kept_longer"
        sql += f" FROM {_FROM[record_class]} {where} SETTINGS {APART}"
        return self._store.rows(sql, _Counts, where.parameters)[0].rows

    def due_rows(self, record_class: str) -> list[DueRow]:
        """The rows that are due, by id. Raises `Unavailable`."""
        if record_class in DECIDED:
            return [one.row for one in self._due_decisions(record_class)]
        where, verdict = self._asked(record_class)
        sql = f"SELECT {_NAMED[record_class]} FROM {_FROM[record_class]} {where.that(verdict + ' = ' + _DUE)}"
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
        sql = f"SELECT toUnixTimestamp64Milli(min({begins})) AS at, count() AS rows FROM {_FROM[record_class]}"
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
        """A few of them."""
        if record_class in DECIDED:
            return [one.row.id for one in self._due_decisions(record_class)][:_SAMPLE]
        where, verdict = self._asked(record_class)
        sql = f"SELECT {_NAMED[record_class]} FROM {_FROM[record_class]} {where.that(verdict + ' = ' + _DUE)}"
        sql += f" ORDER BY id LIMIT {_SAMPLE} SETTINGS {APART}"
        return [row.id for row in self._store.rows(sql, DueRow, where.parameters)]

    def _asked(self, record_class: str) -> tuple[Where, str]:
        where = Where(self._district).that("1")
        if record_class in EVENT_CLASSES:
            where.equal("category", record_class.removesuffix("_events"))
        if record_class == RAW:
            where.that("raw != ''")
        if record_class == SEARCHES:
            where.equal("kind", SEARCH)
        past = self._past(where, record_class)
        held = self._held(where, record_class)
        kept = self._kept(where, record_class)
        early = f"stored_at <= {where.instant(self._until)}"
        verdict = f"multiIf(NOT ({past} AND {early}), '', {held}, 'held', {kept}, 'kept', {_DUE})"
        return where, verdict

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
        subjects = _subjects(where, hold, record_class, self._vendors)
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


def vendors_of(store: Store, district: str, holds: Sequence[Hold]) -> list[tuple[str, str]]:
    """Account and vendor of each account of a vendor whom a hold names. Raises `Unavailable`."""
    wanted = {vendor for hold in holds for vendor in hold.vendors}
    rows = store.rows(_VENDORS, _Account, {"district": district}) if wanted else []
    return [(row.account.lower(), row.vendor) for row in rows if row.vendor in wanted]


def words_of(store: Store, district: str, hold: Hold, vendors: Sequence[tuple[str, str]]) -> list[str]:
    """What a hold's subjects are called: a person by their accounts, too, and an account by its holder.

    `vendors`: of `vendors_of`. Raises `Unavailable`.
    """
    words = [*hold.accounts, *hold.persons, *hold.devices, *hold.vendors, *hold.domains]
    words += [account for account, vendor in vendors if vendor in hold.vendors]
    words += [person for account in hold.accounts for person in holders(store, district, account)]
    words += accounts_of(store, list(hold.persons)) if hold.persons else []
    return list(dict.fromkeys(words))


def about(
    store: Store, district: str, holds: Sequence[Hold], vendors: Sequence[tuple[str, str]], ids: Collection[str]
) -> frozenset[str]:
    """Those of `ids` that are of stored events or violations about a subject of any of the holds, of whatever time.

    `vendors`: of `vendors_of`. Raises `Unavailable`.
    """
    found: set[str] = set()
    known = list(ids)
    for n in range(0, len(known), AT_ONCE):
        for record_class, column in ((RAW, "event_id"), ("violations", "violation_id")):
            where = Where(district).among(column, known[n : n + AT_ONCE])
            subjects = [one for hold in holds for one in _subjects(where, hold, record_class, vendors)]
            where.that(" OR ".join(subjects or ["0"]))
            sql = f"SELECT {column} AS id FROM {_FROM[record_class]} {where} SETTINGS {APART}"
            found.update(row.id for row in store.rows(sql, _Id, where.parameters))
    return frozenset(found)


def _subjects(where: Where, hold: Hold, record_class: str, vendors: Sequence[tuple[str, str]]) -> list[str]:
    violation = record_class == "violations"
    names = [name.lower() for name in hold.accounts]
    names += [account for account, vendor in vendors if vendor in hold.vendors]
    found: list[str] = []
    for columns, values in (
        (("lower(account)",) if violation else ("lower(account)", "lower(target_account)"), names),
        (("person",), list(hold.persons)),
        (("device_id",) if violation else ("device_id", "device"), list(hold.devices)),
        (("vendor",) if violation else (), list(hold.vendors)),
    ):
        found += [f"{column} IN {where.bind(values, 'Array(String)')}" for column in columns if values]
    if not violation:
        found += [below(where, one) for one in hold.domains]
    return found or (["0"] if hold.vendors or hold.domains else [])


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
_PLACE = "version, log_line"
_NAMED = {
    **dict.fromkeys((*EVENT_CLASSES, RAW), f"event_id AS id, {_PLACE}"),
    "violations": f"violation_id AS id, {_PLACE}",
    "dead_letters": f"dead_letter_id AS id, {_PLACE}",
    SEARCHES: "event_id AS id, version, 0 AS log_line",  # one record of the stream carries one decision
}

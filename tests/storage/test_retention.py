"""Retention: what is due, held, kept longer; a purge deletes that and no more, and certifies once however killed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from infra.local.stack import Stack
from model import topics
from model.batch import Fact
from model.casework import LASTING, CaseworkEvent, encode_casework
from model.dead_letter import DeadLetter
from model.hold import Hold
from storage.client import Store
from storage.ledger import verifying
from storage.ledger.ledger import Ledger
from storage.ledger.stored import TABLES
from storage.retention.certificate import certificates
from storage.retention.due import PURGED, DueRow, Question, held_rows
from storage.retention.purge import Purge
from storage.retention.schedule import Rule, cutoffs
from storage.retention.subjects import about, vendors_of
from storage.row_marks import RowMarks
from tests.support.ledger_cases import home_ledger, seal, store_marked, verified, wrong
from tests.support.storage_cases import (
    DISTRICT,
    Record,
    dead_letters,
    event,
    events,
    facts,
    fresh_store,
    record,
    violation,
    violations,
)

ZONE = ZoneInfo("America/Chicago")
LATER = datetime(2100, 1, 1, tzinfo=UTC)
AT = "2027-03-05T12:00:00.000Z"


RULES = {
    **{name: Rule(keep="P1Y", since="occurred", basis="local") for name in PURGED},
    "exhibits": Rule(keep="P1Y", since="occurred", basis="local"),
}


@pytest.fixture(scope="module")
def database(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_retention")
    yield store
    store.close()


@pytest.fixture
def store(database: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(verifying, "PAUSE_S", 0.0)
    for table in ("events", "violations", "dead_letters", "reference", "casework"):
        database.command(f"TRUNCATE TABLE {table}")
    return database.marking(RowMarks(tmp_path))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = home_ledger(tmp_path)
    yield made
    made.close()


@pytest.fixture
def stored(ledger: Ledger, store: Store) -> Store:
    """Old events of two categories and one young one; a violation of today that cites an old event."""
    young = "2027-03-04T14:00:00.000Z"
    auth = [event("a1", account="tbell"), event("a2"), event("cited"), event("young", occurred_at=young)]
    letter = DeadLetter(dead_letter_id="d1", district=DISTRICT, source_id="dc1", stage="parse", reason="r", raw="x")
    found = violation("v1", event_ids=["cited"], started_at=young, ended_at=young)
    old = violation("v0", event_ids=["a2"])
    person = Fact(table="accounts", key="acme1", row={"account": "acme1", "vendor": "acme"})
    proxy = event("p1", category="proxy", account="acme1")
    vios = violations([found, old], 4)
    store_marked(ledger, store, [events(auth, 10), events([proxy], 11), facts([person], 12), vios,
                                 dead_letters([letter], 2)])  # fmt: skip
    seal(ledger)
    return store


def asked(store: Store, *holds: Hold, as_of: date = date(2027, 3, 5)) -> Question:
    return Question(store, DISTRICT, RULES, cutoffs(RULES, as_of, ZONE), holds, LATER)


def hold(**subjects: object) -> Hold:
    told = {"hold_id": "h1", "district": DISTRICT, "matter": "M-1", "kind": "litigation", "reason": "r", **subjects}
    return Hold(**told)  # type: ignore[arg-type]


def due(question: Question, record_class: str) -> list[str]:
    return [row.id for row in question.due_rows(record_class)]


def numbers(question: Question, record_class: str) -> tuple[int, int, int]:
    found = question.counts(record_class, RULES[record_class])
    return found.due, found.held, found.kept_longer


def test_due_held_and_kept_longer_are_all_that_is_past_its_schedule(stored: Store) -> None:
    free, held = asked(stored), asked(stored, hold(accounts=("TBELL",)))
    assert (numbers(free, "auth_events"), numbers(held, "auth_events")) == (
        (2, 0, 1),
        (0, 1, 2),
    )  # it holds v0, too, which cites a2
    assert (numbers(free, "proxy_events"), numbers(free, "violations")) == ((1, 0, 0), (1, 0, 0))
    assert due(free, "auth_events") == ["a1", "a2"]
    assert due(held, "raw") == ["p1"]
    assert numbers(asked(stored, as_of=date(2027, 3, 3)), "auth_events") == (0, 0, 0)


def test_a_hold_takes_in_what_its_matter_names(stored: Store) -> None:
    for kept, found in (
        (hold(vendors=("acme",)), {"proxy_events": (0, 1, 0), "auth_events": (2, 0, 1)}),
        (hold(sources=("elsewhere",)), {"proxy_events": (1, 0, 0)}),
        (hold(since="2026-03-05T00:00:00.000Z"), {"proxy_events": (1, 0, 0)}),
        (hold(until="2026-03-05T00:00:00.000Z"), {"proxy_events": (0, 1, 0), "auth_events": (0, 3, 0)}),
    ):
        question = asked(stored, kept)
        assert {name: numbers(question, name) for name in found} == found
    assert held_rows(stored, DISTRICT, hold(accounts=("tbell",))) == 4  # an event, both violations, the dead letter


@pytest.mark.parametrize(
    ("placed", "ids"),
    [
        (hold(accounts=("TBELL",)), {"a1", "v0"}),
        (hold(vendors=("acme",)), {"p1"}),
        (hold(accounts=("tbell",), since="2027-01-01T00:00:00.000Z"), {"a1", "v0"}),  # people handle it long after
        (hold(accounts=(), sources=("elsewhere",)), set()),
    ],
)
def test_of_ids_that_decisions_cite_those_about_a_subject_of_the_hold_are_found(
    stored: Store, placed: Hold, ids: set[str]
) -> None:
    cited = ["a1", "a2", "p1", "v0", "a word"]
    assert about(stored, DISTRICT, [placed], vendors_of(stored, DISTRICT, [placed]), cited) == ids


def test_a_violation_that_is_held_keeps_what_it_cites(stored: Store) -> None:
    question = asked(stored, hold(persons=("p7",), accounts=()))
    assert numbers(question, "violations") == (1, 0, 0)
    stored.command("ALTER TABLE violations UPDATE person = 'p7' WHERE violation_id = 'v0' SETTINGS mutations_sync = 2")
    question = asked(stored, hold(persons=("p7",)))
    assert (numbers(question, "violations"), numbers(question, "auth_events")) == ((0, 1, 0), (1, 0, 2))


class Killed(BaseException):
    """As kill -9 would: nothing after it runs."""


def purged(ledger: Ledger, store: Store, question: Question, die_at: str = "") -> None:
    """One run; it dies as step `die_at` begins."""

    def step(name: str) -> None:
        if name == die_at:
            raise Killed

    one = Purge(store, ledger.sealer, DISTRICT, "plan1", step)
    if certificates(ledger.book.entries(DISTRICT)):
        return
    if not one.begun():
        one.list_rows({name: question.due_rows(name) for name in PURGED}, {})
    one.delete()
    one.certify({"certificate_id": "c1", "plan_id": "plan1"}, AT)


def left(store: Store) -> set[str]:
    return {row.id for name in ("auth_events", "proxy_events") for row in
            verifying.rows_of(store, DISTRICT, name, 0, None)}  # fmt: skip


PROXY = "(''proxy'',%"  # partitions of one category


def files_of(stack: Stack, store: Store, table: str, partition: str) -> set[int]:
    """The data files of partitions, by inode: what is not rewritten keeps them."""
    sql = f"""SELECT path AS says FROM system.parts WHERE database = 'test_retention' AND `table` = '{table}' AND active
    AND partition LIKE '{partition}'"""
    folders = [Path(stack.home, "clickhouse", row.says) for row in store.rows(sql, _Says)]
    return {(folder / "data.bin").stat().st_ino for folder in folders}


class _Says(msgspec.Struct):
    says: str


@pytest.mark.parametrize("die_at", ["", "list", "delete", "parts", "certify"])
@pytest.mark.slow
def test_a_purge_ends_once_wherever_it_was_killed(stack: Stack, ledger: Ledger, stored: Store, die_at: str) -> None:
    question = asked(stored, hold(accounts=("acme1",)))
    if die_at:
        with pytest.raises(Killed):
            purged(ledger, stored, question, die_at)
    proxy = files_of(stack, stored, "events", PROXY)
    purged(ledger, stored, question)
    purged(ledger, stored, question)
    assert left(stored) == {"cited", "young", "p1"}
    assert files_of(stack, stored, "events", PROXY) == proxy
    assert len(certificates(ledger.book.entries(DISTRICT))) == 1
    outcome = verified(ledger, stored)
    assert outcome.good, wrong(outcome)
    found = {one.record_class: (one.status, one.certificate) for one in outcome.hours}
    assert found["auth_events"] == found["raw"] == found["violations"] == ("lawfully_destroyed", "c1")
    assert found["proxy_events"] == ("intact", None)
    quick = {one.record_class: (one.status, one.certificate) for one in verified(ledger, stored, quick=True).hours}
    assert quick == found


def test_places_that_somebody_took_out_of_the_book_are_not_taken_for_a_purge(ledger: Ledger, stored: Store) -> None:
    purged(ledger, stored, asked(stored))
    ledger.book._db.execute("DELETE FROM marks WHERE class = 'auth_events'")
    bad = {one.record_class for one in verified(ledger, stored, quick=True).hours if one.status == "altered"}
    assert bad == {"auth_events"}


def test_the_salts_of_destroyed_rows_are_gone_and_those_of_the_rest_are_not(ledger: Ledger, stored: Store) -> None:
    secrets = {row[0] for row in ledger.book._all("SELECT secret FROM secrets WHERE class = 'auth_events'")}
    purged(ledger, stored, asked(stored))
    data = ledger.book.path.read_bytes()
    assert secrets
    assert not [secret for secret in secrets if secret in data]
    stored.command("ALTER TABLE events UPDATE account = 'x' WHERE event_id = 'young' SETTINGS mutations_sync = 2")
    assert wrong(verified(ledger, stored)) == {("auth_events", "young", "altered")}


def test_a_row_that_was_removed_beside_a_purge_is_still_missing(ledger: Ledger, stored: Store) -> None:
    purged(ledger, stored, asked(stored))
    stored.command("ALTER TABLE events DELETE WHERE event_id = 'cited' SETTINGS mutations_sync = 2")
    assert ("auth_events", "10:2", "missing") in wrong(verified(ledger, stored))


def test_rows_stored_after_a_purge_in_the_same_hour_are_sealed_and_intact(ledger: Ledger, stored: Store) -> None:
    purged(ledger, stored, asked(stored))
    store_marked(ledger, stored, [events([event("new")], 20)])
    assert verified(ledger, stored).good


def test_a_row_that_was_changed_is_evidence_and_stays(ledger: Ledger, stored: Store) -> None:
    stored.command("ALTER TABLE events UPDATE reason = 'x' WHERE event_id = 'a1' SETTINGS mutations_sync = 2")
    purged(ledger, stored, asked(stored))
    assert "a1" in left(stored)
    assert ("auth_events", "a1", "altered") in wrong(verified(ledger, stored))


@pytest.mark.parametrize(
    ("record_class", "row"),
    [
        ("auth_events", "event_id = 'young'"),
        ("violations", "violation_id = 'v0'"),
        ("dead_letters", "dead_letter_id = 'd1'"),
    ],
)
def test_a_row_that_was_changed_to_have_been_stored_long_ago_is_evidence_and_stays(
    ledger: Ledger, stored: Store, record_class: str, row: str
) -> None:
    name = row.split("'")[1]
    change = f"ALTER TABLE {TABLES[record_class]} UPDATE stored_at = '2001-01-01 00:00:00' WHERE {row}"
    stored.command(change + " SETTINGS mutations_sync = 2")
    purged(ledger, stored, asked(stored))
    assert name in ids(stored, record_class)
    assert (record_class, name, "altered") in wrong(verified(ledger, stored))


def test_a_row_of_a_hold_is_not_taken_out_of_it_by_when_it_was_stored(ledger: Ledger, stored: Store) -> None:
    row = "event_id = 'a1' SETTINGS mutations_sync = 2"
    stored.command(f"ALTER TABLE events UPDATE stored_at = '2001-01-01 00:00:00' WHERE {row}")
    purged(ledger, stored, asked(stored, hold(accounts=("tbell",), since="2026-03-01T00:00:00.000Z")))
    assert "a1" in left(stored)


def test_a_plan_says_of_classes_without_rows_of_their_own_where_these_are(stored: Store) -> None:
    rule = Rule(keep="P1Y", since="occurred", basis="local")
    told = {name: asked(stored).counts(name, rule) for name in ("exhibits", "mail_metadata")}
    assert "kept as long as a violation cites them" in str(told["exhibits"].says)
    assert "nothing of this class is stored" in str(told["mail_metadata"].says)


def looked(name: str, query: str, at: str = "2026-03-04T14:00:00.000Z", **said: Any) -> CaseworkEvent:
    """That ana searched."""
    who = {"actor": "ana", "role": "analyst", "purpose": "incident", "kind": "search.made"}
    body = {"query": query, "people": [], **said}
    return CaseworkEvent(event_id=name, district=DISTRICT, entity=f"search:{name}", at=at, body=body, **who)


def told_of(search: CaseworkEvent) -> Fact:
    """What the judge is told of a search."""
    return Fact(table="searches", key=search.event_id, row={"search_id": search.event_id, "asked": "tbell"})


SEARCHED = [
    looked("search-1", "tbell"),
    looked("search-2", "other", people=["p17"]),
    looked("search-3", 'a "quoted" name'),
    looked("search-4", "tbell", at="2027-03-04T14:00:00.000Z"),
]


@pytest.fixture
def searched(ledger: Ledger, store: Store) -> Store:
    """Three old searches and a young one, with what the judge was told of them, beside a case and a person."""
    opened = msgspec.structs.replace(
        looked("case-0001", ""), entity="case:1", kind="case.opened", body={"title": "tbell"}
    )
    decisions = [decided(one, 20 + n) for n, one in enumerate([*SEARCHED, opened])]
    person = Fact(table="accounts", key="tbell", row={"account": "tbell", "person": "p17"})
    store_marked(ledger, store, [*decisions, facts([person, *map(told_of, SEARCHED)], 12)])
    seal(ledger)
    return store


def decided(event: CaseworkEvent, offset: int) -> Record:
    return record(topics.CASEWORK.name, [encode_casework(event)], offset)


def ids(store: Store, record_class: str) -> set[str]:
    return {row.id for row in verifying.rows_of(store, DISTRICT, record_class, 0, None)}


def test_old_searches_are_due_and_a_hold_keeps_those_that_name_its_subject(searched: Store) -> None:
    assert numbers(asked(searched), "searches") == (3, 0, 0)
    for kept, expected in (
        (hold(accounts=("TBELL",)), ["search-3"]),  # search-2 asked about the person whose account it is
        (hold(accounts=("other",)), ["search-1", "search-3"]),
        (hold(persons=("p17",)), ["search-3"]),
        (hold(accounts=('a "quoted" name',)), ["search-1", "search-2"]),
        (hold(accounts=("ana",)), []),
        (hold(sources=("dc1",)), []),
        (hold(accounts=("tbell",), since="2026-03-05T00:00:00.000Z"), ["search-3"]),  # whenever it was made
        (hold(accounts=("tbell",), until="2025-03-05T00:00:00.000Z"), ["search-3"]),
        (hold(since="2026-03-05T00:00:00.000Z"), ["search-1", "search-2", "search-3"]),
        (hold(until="2026-03-05T00:00:00.000Z"), []),
    ):
        assert due(asked(searched, kept), "searches") == expected, kept


def test_a_hold_may_name_any_number_of_people(searched: Store) -> None:
    many = [f"person{n}" for n in range(300)]
    assert due(asked(searched, hold(accounts=(*many, "TBELL"))), "searches") == ["search-3"]


@pytest.mark.parametrize("die_at", ["", "list", "delete", "parts", "certify"])
def test_searches_are_destroyed_with_what_the_judge_was_told_and_nothing_beside_them(
    ledger: Ledger, searched: Store, die_at: str
) -> None:
    question = asked(searched, hold(accounts=('a "quoted" name',)))
    if die_at:
        with pytest.raises(Killed):
            purged(ledger, searched, question, die_at)
    purged(ledger, searched, question)
    assert ids(searched, "casework") == {"search-3", "search-4", "case-0001"}
    assert ids(searched, "reference") == {"accounts:tbell", "searches:search-3", "searches:search-4"}
    outcome = verified(ledger, searched)
    assert outcome.good, wrong(outcome)
    assert {one.status for one in outcome.hours if one.record_class == "casework"} == {"lawfully_destroyed"}


def test_a_destroyed_search_does_not_come_back_when_its_topic_is_read_again(ledger: Ledger, searched: Store) -> None:
    purged(ledger, searched, asked(searched))
    searched.command("TRUNCATE TABLE casework")
    ledger.book._db.execute("DELETE FROM heard")
    store_marked(ledger, searched, [decided(one, 20 + n) for n, one in enumerate(SEARCHED)])
    assert ids(searched, "casework") == {"search-4"}


def test_a_purge_of_searches_rewrites_no_other_decision(stack: Stack, ledger: Ledger, searched: Store) -> None:
    others = {"casework": "casework", "reference": "0"}
    before = {table: files_of(stack, searched, table, other) for table, other in others.items()}
    assert all(before.values())
    purged(ledger, searched, asked(searched))
    assert {table: files_of(stack, searched, table, other) for table, other in others.items()} == before


def test_a_purge_of_requests_rewrites_no_case_and_nothing_that_must_last(
    stack: Stack, ledger: Ledger, store: Store
) -> None:
    about = ["request:1", "hold:1", "case:1", *(f"{noun}:1" for noun in sorted(LASTING))]
    told = [msgspec.structs.replace(looked(f"d-{n:06}", ""), entity=entity, kind="case.opened")
            for n, entity in enumerate(about)]  # fmt: skip
    store_marked(ledger, store, [decided(one, 30 + n) for n, one in enumerate(told)])
    seal(ledger)
    before = {name: files_of(stack, store, "casework", name) for name in ("casework", "lasting", "holds")}
    assert all(before.values())
    one = Purge(store, ledger.sealer, DISTRICT, "plan1")
    one.list_rows({"requests": [DueRow("d-000000", 30, 0, "request:1", "request:1")]}, {})
    one.delete()
    assert {name: files_of(stack, store, "casework", name) for name in before} == before
    assert ids(store, "casework") == {row.event_id for row in told[1:]}


COLUMNS = "district, entity, version, event_id, kind, at, actor, role, purpose, body, log_partition, log_offset"


def forge(store: Store, like: str, **said: str) -> None:
    """Add a row like a decision, with some columns (SQL) that say otherwise and without a mark."""
    told = ", ".join(said.get(name, name) for name in COLUMNS.split(", "))
    store.command(f"INSERT INTO casework ({COLUMNS}) SELECT {told} FROM casework WHERE event_id = '{like}'")


def test_a_row_with_the_key_of_a_decision_does_not_take_its_place(ledger: Ledger, searched: Store) -> None:
    forge(searched, "search-1", body="replaceOne(body, 'tbell', 'nobody')")
    searched.command("OPTIMIZE TABLE casework FINAL")
    assert wrong(verified(ledger, searched)) == {("casework", "search-1", "extra")}


def test_a_row_that_somebody_added_is_no_search_that_is_due(searched: Store) -> None:
    forge(searched, "search-1", event_id="'search-4'", version="900")
    assert due(asked(searched), "searches") == ["search-1", "search-2", "search-3"]
    assert numbers(asked(searched), "searches") == (3, 0, 0)


@pytest.mark.parametrize("named", ["search-3", "search-4", "case-0001"])  # held, young, and no search at all
@pytest.mark.parametrize("place", ["900", "its own"])
def test_a_row_under_the_name_of_another_decision_has_it_not_destroyed(
    ledger: Ledger, searched: Store, named: str, place: str
) -> None:
    version = f"(SELECT version FROM casework WHERE event_id = '{named}')" if place == "its own" else place
    forge(searched, "search-1", event_id=f"'{named}'", version=version, body="'{}'")
    searched = searched.marking(None)  # as if the mark had been ours
    question = asked(searched, hold(accounts=('a "quoted" name',)))
    assert named in due(question, "searches")
    purged(ledger, searched, question)
    assert ids(searched, "casework") == {"search-3", "search-4", "case-0001"}
    assert wrong(verified(ledger, searched)) == {("casework", named, "extra")}
    rows = list(verifying.rows_of(searched, DISTRICT, "casework", 0, None))
    assert not any(ledger.book.destroyed.stood_at(DISTRICT, "casework", row.place) for row in rows if row.id == named)


def test_a_search_whose_name_another_row_bears_stays_with_what_the_judge_was_told_and_is_named(
    ledger: Ledger, searched: Store
) -> None:
    forge(searched, "search-1", version="900")
    purged(ledger, searched, asked(searched))
    assert "search-1" in ids(searched, "casework")
    assert "searches:search-1" in ids(searched, "reference")
    assert wrong(verified(ledger, searched)) == {("casework", "search-1", "extra")}


def test_an_event_under_the_id_of_a_younger_one_has_it_not_destroyed(ledger: Ledger, stored: Store) -> None:
    old = "* REPLACE (occurred_at - INTERVAL 1 YEAR AS occurred_at)"
    stored.command(f"INSERT INTO events SELECT {old} FROM events WHERE event_id = 'young'")
    question = asked(stored)
    assert "young" in due(question, "auth_events")
    purged(ledger, stored, question)
    assert "young" in left(stored)

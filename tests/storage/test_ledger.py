"""The ledger: a row that was changed, removed, added or moved is found and named; what is as it was is intact."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from infra.local.stack import Stack
from model.batch import Fact
from model.dead_letter import DeadLetter
from model.mark import Marker
from storage.client import Store
from storage.gate import COPY
from storage.ledger import verifying
from storage.ledger.ledger import Ledger
from storage.ledger.strangers import unread
from storage.rows import Foreign
from tests.support.ledger_cases import home_ledger, marked, seal, store_all, store_marked, verified, wrong
from tests.support.storage_cases import (
    DISTRICT,
    SENT_MS,
    Record,
    dead_letters,
    event,
    events,
    facts,
    fresh_store,
    proof,
    violation,
    violations,
)

SYNC = " SETTINGS mutations_sync = 2"


@pytest.fixture(scope="module")
def database(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_ledger")
    yield store
    store.close()


@pytest.fixture
def store(database: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(verifying, "PAUSE_S", 0.0)
    for table in ("events", "violations", "dead_letters", "reference", "casework"):
        database.command(f"TRUNCATE TABLE {table}")
    return database


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = home_ledger(tmp_path)
    yield made
    made.close()


@pytest.fixture
def stored(ledger: Ledger, store: Store) -> Store:
    """Some of everything."""
    letter = DeadLetter(
        dead_letter_id="d1", district=DISTRICT, source_id="dc1", stage="parse", reason="no time", raw="x"
    )
    fact = Fact(table="roles", key="r1", row={"role": "student"}, valid_from=5)
    found = [
        event("e1", account="tbell", attribution=[proof("person", "p1")], duration_s=1.5, bytes_in=7),
        event("e2", category="vpn", reason="", received_at="2026-03-04T14:00:00Z", raw='\u00fc \u2028 "q"'),
        event("e3", occurred_at=None, raw="AAE=", raw_encoding="base64"),
        event("e4", attribution=[proof("person", "p1")]),
        event("e5", category="proxy"),
    ]
    store_marked(ledger, store, [events(found, 10), facts([fact], 11), violations([violation("v1", person="p1")], 4),
                                 dead_letters([letter], 2)])  # fmt: skip
    return store


def test_what_is_as_it_was_stored_is_intact(ledger: Ledger, stored: Store) -> None:
    outcome = verified(ledger, stored)
    assert outcome.good
    classes = {one.record_class: (one.sealed, one.status) for one in outcome.hours}
    assert classes == {
        "auth_events": (3, "intact"), "vpn_events": (1, "intact"), "proxy_events": (1, "intact"), "raw": (5, "intact"),
        "reference": (1, "intact"), "violations": (1, "intact"), "dead_letters": (1, "intact"),
    }  # fmt: skip


TAMPERED = {
    "ALTER TABLE events UPDATE account = 'other' WHERE event_id = 'e1'": ("auth_events", "e1", "altered"),
    "ALTER TABLE events UPDATE attribution = '' WHERE event_id = 'e4'": ("auth_events", "e4", "altered"),
    "ALTER TABLE violations UPDATE person = 'p2' WHERE violation_id = 'v1'": ("violations", "v1", "altered"),
    "ALTER TABLE dead_letters UPDATE reason = 'none' WHERE 1": ("dead_letters", "d1", "altered"),
    "INSERT INTO reference SELECT * REPLACE ('{}' AS row) FROM reference": ("reference", "roles:r1", "extra"),
    "INSERT INTO events SELECT * REPLACE ('e8' AS event_id) FROM events WHERE category = 'vpn'":
        ("vpn_events", "e8", "extra"),
    "INSERT INTO events SELECT * REPLACE ('e9' AS event_id, 900 AS version) FROM events WHERE category = 'vpn' LIMIT 1":
        ("vpn_events", "e9", "extra"),
    "INSERT INTO events SELECT * REPLACE ('e7' AS event_id, 18446744073709551615 AS version) FROM events"
    " WHERE category = 'vpn' LIMIT 1": ("vpn_events", "e7", "extra"),
    "INSERT INTO events SELECT * REPLACE ('e6' AS event_id, 'misc' AS category, '' AS raw)"
    " FROM (SELECT * FROM events WHERE category = 'vpn' LIMIT 1)": ("unknown", "e6", "extra"),
    "INSERT INTO violations SELECT * REPLACE ('v9' AS violation_id, 1 AS version) FROM violations":
        ("violations", "v9", "extra"),
    "ALTER TABLE events DELETE WHERE event_id = 'e5'": ("proxy_events", "10:4", "missing"),
}  # fmt: skip


@pytest.fixture
def same_salts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same salts in every run: a seal keeps eight bits of each leaf, so that by chance one change in 256 is found,
    but not named."""
    same = SimpleNamespace(token_bytes=lambda size: bytes(range(size)))
    monkeypatch.setattr("storage.ledger.book.secrets", same)  # the book's alone: two senders never have one name


@pytest.mark.usefixtures("same_salts")
def test_every_row_that_was_tampered_with_is_found_and_named_and_no_other(ledger: Ledger, stored: Store) -> None:
    seal(ledger)
    for change in TAMPERED:
        stored.command(change + SYNC)
    outcome = verified(ledger, stored)
    assert not outcome.good
    assert {one for one in wrong(outcome) if one[0] != "raw"} == set(TAMPERED.values())


def test_a_raw_record_that_was_changed_alone_is_found(ledger: Ledger, stored: Store) -> None:
    stored.command("ALTER TABLE events UPDATE raw = 'nothing to see' WHERE event_id = 'e1'" + SYNC)
    outcome = verified(ledger, stored)
    assert [(one.record_class, one.status) for one in outcome.hours if one.status != "intact"] == [("raw", "altered")]


class _Letter(msgspec.Struct):
    district: str
    reason: str
    raw: str


_STRANGERS = "SELECT district, reason, raw FROM dead_letters WHERE stage = 'mark' ORDER BY origin"


def ids_of(store: Store, table: str, name: str) -> set[str]:
    class Row(msgspec.Struct):
        id: str

    return {row.id for row in store.rows(f"SELECT {name} AS id FROM {table} FINAL", Row)}


def test_what_a_stranger_sent_is_a_dead_letter_and_named(ledger: Ledger, stored: Store) -> None:
    forged = events([event("forged", account="tbell")], 12)._replace(key=b"elsewhere", timestamp=1 << 60)
    store_all(ledger, stored, [forged, violations([violation("framed")], 5)])
    assert "forged" not in ids_of(stored, "events", "event_id")
    assert "framed" not in ids_of(stored, "violations", "violation_id")
    assert {
        ("dead_letters", name, "extra") for name in ("audit.events/0@12", "forged", "audit.violations/0@5")
    } == wrong(verified(ledger, stored))


STRANGE = [
    events([event("forged1")], 12),
    violations([violation("forged2")], 5),
    dead_letters([], 12)._replace(value=b"forged3"),
    events([event("forged4")], 12)._replace(topic="audit.casework"),
    events([event("forged5")], 12)._replace(partition=3),
    events([event("forged6")], 12)._replace(partition=4),
]


@pytest.mark.parametrize("sealed_between", [False, True])
def test_each_stranger_is_named_once_wherever_it_stands_in_another_topic_or_partition(
    ledger: Ledger, stored: Store, sealed_between: bool
) -> None:
    for some in [[one] for one in STRANGE] if sealed_between else [STRANGE]:
        store_all(ledger, stored, some)
        if sealed_between:
            seal(ledger)
    places = {f"{one.topic}/{one.partition}@{one.offset}" for one in STRANGE}
    named = wrong(verified(ledger, stored))
    assert {name for _, name, _ in named if name.startswith("audit.")} == places
    assert {name for _, name, _ in named if not name.startswith(("audit.", "forged"))} == set()


def test_what_a_stranger_sent_is_named_before_anybody_read_it_and_then_once(ledger: Ledger, stored: Store) -> None:
    forged = events([event("forged")], 12)._replace(key=b"elsewhere")
    foreign = Foreign("audit.events", 0, 12, SENT_MS, DISTRICT.encode(), forged.value)
    waiting = partial(unread, DISTRICT, [foreign], SENT_MS)
    names = {("dead_letters", name, "extra") for name in ("audit.events/0@12", "forged")}
    assert wrong(verified(ledger, stored, waiting=waiting)) == names
    store_all(ledger, stored, [forged])
    outcome = verified(ledger, stored, waiting=waiting)
    assert wrong(outcome) == names
    assert sum(len(one.rows) for one in outcome.hours) == 2
    assert not unread("birch-hill", [foreign], SENT_MS)


def test_the_dead_letter_is_whole_and_the_districts_whose_partition_it_stood_in(ledger: Ledger, stored: Store) -> None:
    seal(ledger)  # from which a sink that has just begun knows whose the partition is
    forged = events([event("forged")], 12)._replace(key=b"elsewhere")
    store_all(ledger, stored, [forged])
    letter = stored.rows(_STRANGERS, _Letter)[0]
    assert (letter.district, letter.raw.encode()) == (DISTRICT, forged.value)
    assert letter.reason == "it bears no mark of ours"


CHANGES: dict[str, Callable[[Record], Record]] = {
    "content": lambda one: one._replace(value=(one.value or b"").replace(b"tbell", b"other")),
    "topic": lambda one: one._replace(topic="audit.violations"),
    "partition": lambda one: one._replace(partition=1),
    "key": lambda one: one._replace(key=b"elsewhere"),
    "epoch": lambda one: one._replace(headers=[*one.headers, ("epoch", b"7")]),
    "serial": lambda one: one._replace(
        headers=[(n, b"f" * 20 + b":9" if n == "serial" else v) for n, v in one.headers]
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_record_of_ours_with_something_else_in_it_or_elsewhere_is_a_strangers(
    ledger: Ledger, store: Store, change: str
) -> None:
    genuine = marked(ledger, events([event("e5", account="tbell")], 12))
    store_all(ledger, store, [CHANGES[change](genuine)])
    assert not ids_of(store, "events", "event_id")
    assert [one.reason for one in store.rows(_STRANGERS, _Letter)] == [
        "its mark is not ours, or was made for another place"
    ]


def test_a_copy_of_an_older_attribution_does_not_come_back(ledger: Ledger, store: Store) -> None:
    marker = Marker()
    old = marked(ledger, events([event("e1", person="p1")], 10), marker)
    new = marked(ledger, events([event("e1", person="p2")], 11, epoch=1), marker)
    store_all(ledger, store, [old, new])
    store_all(ledger, store, [old._replace(offset=12), new._replace(offset=13)])  # by a sink that has just begun
    assert [one.reason for one in store.rows(_STRANGERS, _Letter)] == [COPY, COPY]
    seen = next(iter(store.rows("SELECT person AS reason, '' AS raw, district FROM events FINAL", _Letter)))
    assert seen.reason == "p2"


def test_a_block_that_is_read_again_after_a_kill_holds_no_copies(ledger: Ledger, store: Store) -> None:
    marker = Marker()
    sent = [marked(ledger, events([event(f"e{n}")], n), marker) for n in range(6)]
    for start, stop in ((0, 2), (2, 4), (2, 4), (2, 6), (0, 6)):  # what was stored and not committed comes again
        store_all(ledger, store, sent[start:stop])
    assert not store.rows(_STRANGERS, _Letter)
    assert verified(ledger, store).good


def test_records_that_are_read_again_change_nothing(ledger: Ledger, store: Store) -> None:
    record = events([event("e1"), event("e2")], 10)
    store_marked(ledger, store, [record])
    seal(ledger)
    before = ledger.book.entries(DISTRICT)
    store_marked(ledger, store, [record])
    assert verified(ledger, store).good
    assert ledger.book.entries(DISTRICT) == before


@pytest.mark.parametrize("sealed_between", [False, True])
def test_an_event_attributed_anew_is_intact(ledger: Ledger, store: Store, sealed_between: bool) -> None:
    store_marked(ledger, store, [events([event("e1"), event("e2")], 10)])
    if sealed_between:
        seal(ledger)
    again = events([event("e1", person="p1", attribution=[proof("person", "p1")])], 11)
    again = again._replace(value=(again.value or b"").replace(b"}\n", b',"again":true}\n'))
    store_marked(ledger, store, [again])
    store.command("OPTIMIZE TABLE events FINAL")
    assert verified(ledger, store).good
    store.command("ALTER TABLE events DELETE WHERE event_id = 'e1'" + SYNC)
    assert ("auth_events", "11:0", "missing") in wrong(verified(ledger, store))


def test_an_event_given_out_twice_in_one_block_is_intact(ledger: Ledger, store: Store) -> None:
    first, again = events([event("e1")], 10), events([event("e1", person="p1")], 11)
    again = again._replace(value=(again.value or b"").replace(b"}\n", b',"again":true}\n'))
    store_marked(ledger, store, [first, again])
    outcome = verified(ledger, store)
    assert outcome.good
    assert {one.record_class: one.sealed for one in outcome.hours} == {"auth_events": 1, "raw": 1}


@pytest.mark.parametrize("sealed_between", [False, True])
def test_a_record_that_its_vendor_gives_twice_is_intact(ledger: Ledger, store: Store, sealed_between: bool) -> None:
    store_marked(ledger, store, [events([event("e1", origin="id:7")], 10)])
    if sealed_between:
        seal(ledger)
    store_marked(ledger, store, [events([event("e1", origin="id:7"), event("e1", origin="id:7")], 11)])
    store.command("OPTIMIZE TABLE events FINAL")
    assert verified(ledger, store).good


def test_a_line_that_cannot_be_stored_is_sealed_as_a_dead_letter(ledger: Ledger, store: Store) -> None:
    record = events([event("e1"), event("e2", bytes_in=3)], 10)
    broken = (record.value or b"").replace(b'"bytes_in":3', b'"bytes_in":"many"')
    writer = store_marked(ledger, store, [record._replace(value=broken)])
    assert writer.refused == 1
    outcome = verified(ledger, store)
    assert outcome.good
    assert {one.record_class: one.sealed for one in outcome.hours} == {"auth_events": 1, "raw": 1, "dead_letters": 1}


def test_quick_looks_at_the_chain_and_not_at_rows(ledger: Ledger, stored: Store) -> None:
    seal(ledger)
    stored.command("ALTER TABLE events DELETE WHERE event_id = 'e2'" + SYNC)
    assert verified(ledger, stored, quick=True).good
    ledger.book._db.execute("UPDATE chain SET body = replace(body, 'auth_events', 'vpn_events')")
    assert not verified(ledger, stored, quick=True).good


def test_a_chain_that_lost_its_end_differs_from_the_anchor(ledger: Ledger, stored: Store) -> None:
    seal(ledger)
    last = ledger.book.entries(DISTRICT)[-1].number
    ledger.book._db.execute("DELETE FROM chain WHERE number = ?", (last,))
    says = [one.says for one in verified(ledger, stored, quick=True).faults]
    assert says == [f"the anchor knows entries up to {last}; the ledger ends at {last - 1}"]

"""Tampering, walked: each way (changed, removed, added) with each table and with raw records is found and named."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from casework.register import decision
from infra.local.stack import Stack
from model.batch import Fact
from model.casework import encode_casework
from model.dead_letter import DeadLetter
from model.topics import CASEWORK
from storage.client import Store
from storage.ledger import verifying
from storage.ledger.ledger import Ledger
from tests.support.ledger_cases import NOW, home_ledger, seal, store_marked, verified, wrong
from tests.support.storage_cases import (
    DISTRICT,
    dead_letters,
    event,
    events,
    facts,
    fresh_store,
    record,
    violation,
    violations,
)

SYNC = " SETTINGS mutations_sync = 2"


@pytest.fixture(scope="module")
def database(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_ledger_tampering")
    yield store
    store.close()


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """With the same salts in every run: a seal keeps eight bits of each leaf, so that by chance one change in 256 is
    found, but not named."""
    same = SimpleNamespace(token_bytes=lambda size: bytes(range(size)))
    monkeypatch.setattr("storage.ledger.book.secrets", same)
    monkeypatch.setattr(verifying, "PAUSE_S", 0.0)
    made = home_ledger(tmp_path)
    yield made
    made.close()


# Each way of tampering with each table: of three records the first is changed, the second removed, the third copied
# under another name. ClickHouse updates no column of `reference` and `casework`, for all that they say is their key:
# who changes a row there adds the changed one and removes the other.
EACH_WAY = {
    "ALTER TABLE events UPDATE action = 'other' WHERE event_id = 'e1'": ("auth_events", "e1", "altered"),
    "ALTER TABLE events DELETE WHERE event_id = 'e2'": ("auth_events", "10:1", "missing"),
    "INSERT INTO events SELECT * REPLACE ('x' AS event_id, '' AS raw) FROM"
    " (SELECT * FROM events WHERE event_id = 'e3')":
        ("auth_events", "x", "extra"),
    "ALTER TABLE violations UPDATE body = replace(body, 'v1', 'vx') WHERE violation_id = 'v1'":
        ("violations", "v1", "altered"),
    "ALTER TABLE violations DELETE WHERE violation_id = 'v2'": ("violations", "4:1", "missing"),
    "INSERT INTO violations SELECT * REPLACE ('x' AS violation_id) FROM"
    " (SELECT * FROM violations WHERE violation_id = 'v3')":
        ("violations", "x", "extra"),
    "ALTER TABLE dead_letters UPDATE raw = 'y' WHERE dead_letter_id = 'd1'": ("dead_letters", "d1", "altered"),
    "ALTER TABLE dead_letters DELETE WHERE dead_letter_id = 'd2'": ("dead_letters", "3:0", "missing"),
    "INSERT INTO dead_letters SELECT * REPLACE ('x' AS dead_letter_id) FROM"
    " (SELECT * FROM dead_letters WHERE dead_letter_id = 'd3')":
        ("dead_letters", "x", "extra"),
    "INSERT INTO reference SELECT * REPLACE ('{}' AS row) FROM reference WHERE key = 'r1';"
    "ALTER TABLE reference DELETE WHERE key = 'r1' AND row != '{}'": ("reference", "roles:r1", "altered"),
    "ALTER TABLE reference DELETE WHERE key = 'r2'": ("reference", "11:1", "missing"),
    "INSERT INTO reference SELECT * REPLACE ('x' AS key) FROM"
    " (SELECT * FROM reference WHERE key = 'r3')":
        ("reference", "roles:x", "extra"),
    "INSERT INTO casework SELECT * REPLACE ('other' AS actor) FROM casework WHERE event_id = 'decision-1';"
    "ALTER TABLE casework DELETE WHERE event_id = 'decision-1' AND actor != 'other'":
        ("casework", "decision-1", "altered"),
    "ALTER TABLE casework DELETE WHERE event_id = 'decision-2'": ("casework", "1:0", "missing"),
    "INSERT INTO casework SELECT * REPLACE ('decision-x' AS event_id) FROM"
    " (SELECT * FROM casework WHERE event_id = 'decision-3')":
        ("casework", "decision-x", "extra"),
}  # fmt: skip


@pytest.fixture
def three(ledger: Ledger, database: Store) -> Store:
    """Three records of each table, sealed."""
    for table in ("events", "violations", "dead_letters", "reference", "casework"):
        database.command(f"TRUNCATE TABLE {table}")
    numbers = (1, 2, 3)
    told = [Fact(table="roles", key=f"r{n}", row={"role": "student"}, valid_from=n) for n in numbers]
    letters = [DeadLetter(dead_letter_id=f"d{n}", district=DISTRICT, source_id="dc1", stage="parse", reason="no time",
                          raw=f"x{n}") for n in numbers]  # fmt: skip
    decided = [decision(f"case:{n}", "case.opened", NOW, actor="ana", role="analyst", district=DISTRICT)
               for n in numbers]  # fmt: skip
    decided = [msgspec.structs.replace(one, event_id=f"decision-{n}") for n, one in zip(numbers, decided, strict=True)]
    store_marked(ledger, database, [
        events([event(f"e{n}", raw=f"raw {n}") for n in numbers], 10), facts(told, 11),
        violations([violation(f"v{n}") for n in numbers], 4),
        *(dead_letters([one], 1 + n) for n, one in zip(numbers, letters, strict=True)),
        *(record(CASEWORK.name, [encode_casework(one)], n) for n, one in enumerate(decided)),
    ])  # fmt: skip
    seal(ledger)
    return database


def test_each_way_of_tampering_with_each_table_is_found_and_named(ledger: Ledger, three: Store) -> None:
    for change in EACH_WAY:
        for statement in change.split(";"):
            three.command(statement + SYNC)
    named = {one for one in wrong(verified(ledger, three)) if one[0] != "raw"}
    assert named == set(EACH_WAY.values())


@pytest.mark.parametrize(("stored_at", "good"), [("2024-11-18T10:30:00", True), ("2024-11-18T09:59:59", False)])
def test_clocks_of_sender_and_database_may_differ_by_an_hour_and_no_more(
    ledger: Ledger, three: Store, stored_at: str, good: bool
) -> None:
    three.command(f"ALTER TABLE dead_letters UPDATE stored_at = '{stored_at}' WHERE 1 {SYNC}")  # sent after 11:00
    assert verified(ledger, three).good is good


RAW_ONLY = {
    "ALTER TABLE events UPDATE raw = 'y' WHERE event_id = 'e1'": ("raw", "e1", "altered"),
    "ALTER TABLE events UPDATE raw = '' WHERE event_id = 'e1'": ("raw", "e1", "altered"),
    "ALTER TABLE events UPDATE raw_encoding = 'base64' WHERE event_id = 'e1'": ("raw", "e1", "altered"),
}


@pytest.mark.parametrize("change", RAW_ONLY)
def test_a_raw_record_that_was_tampered_with_is_named_and_its_event_is_intact(
    ledger: Ledger, three: Store, change: str
) -> None:
    three.command(change + SYNC)
    assert wrong(verified(ledger, three)) == {RAW_ONLY[change]}

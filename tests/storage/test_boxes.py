"""A search lies closed in Kafka: it fills an empty ClickHouse, until a purge lets go of its key."""

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from casework import cases
from casework.register import Register, decision
from casework.users import User
from infra.local.stack import Stack
from model.casework import CaseworkEvent
from model.clock import now
from model.settings import Settings
from model.topics import CASEWORK
from storage.client import Store
from storage.ledger.book import Book, Doomed
from storage.ledger.boxes import closed, opened
from storage.ledger.ledger import open_ledger
from storage.ledger.verify import seals
from storage.queries.casework import matching, partition_of
from storage.rows import Plain
from tests.support.storage_cases import fresh_store, in_kafka


@pytest.fixture
def district() -> str:
    return f"d-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def settings(stack: Stack, tmp_path: Path) -> Settings:
    url = f"{stack.clickhouse_url}/boxes_{uuid.uuid4().hex[:8]}"
    return stack.settings(clickhouse_url=url, kafka_partitions=64, hallmonitor_home=tmp_path)


@pytest.fixture
def store(stack: Stack, settings: Settings) -> Iterator[Store]:
    with closing(fresh_store(stack, settings.clickhouse_url.rpartition("/")[2])) as store:
        yield store


@pytest.fixture
def register(settings: Settings, store: Store) -> Iterator[Register]:
    with Register(settings, store) as register:
        yield register


def search(district: str, query: str, actor: str = "sue") -> CaseworkEvent:
    body = {"query": query, "people": ["p17"], "rows": 1}
    told: dict[str, Any] = {"actor": actor, "role": "analyst", "district": district, "body": body}
    return decision(f"search:{uuid.uuid4().hex[:8]}", "search.made", now(), **told)


def queries(register: Register, district: str) -> set[str]:
    return {str(one.body.get("query")) for one in matching(register.store, district=district, kinds=("search.made",))}


def refill(settings: Settings, store: Store, district: str) -> set[str]:
    """The searches of a ClickHouse that was emptied and filled again from Kafka, as far as it goes."""
    store.command("TRUNCATE TABLE casework")
    with Register(settings, store) as anew:
        anew.write(decision("case:1", "case.opened", now(), actor="ana", role="analyst", district=district))
        return queries(anew, district)


def test_kafka_holds_nothing_of_a_search_that_can_be_read(
    register: Register, settings: Settings, store: Store, district: str
) -> None:
    made = register.write(search(district, "tess.needle", "gwen.looks"))
    assert queries(register, district) == {"tess.needle"}
    partition = partition_of(register.store, district)
    assert partition is not None
    held = in_kafka(settings, partition)
    assert made.event.event_id.encode() in held
    assert not [word for word in (b"needle", b"gwen.looks") if word in held]


def test_an_empty_store_is_filled_with_the_searches_of_kafka(
    register: Register, settings: Settings, store: Store, district: str
) -> None:
    register.write(search(district, "tess.needle"))
    assert refill(settings, store, district) == {"tess.needle"}


def test_a_search_that_was_destroyed_comes_back_from_nowhere_and_the_others_do(
    register: Register, settings: Settings, store: Store, district: str
) -> None:
    gone = register.write(search(district, "destroyed")).event.event_id
    register.write(search(district, "kept"))
    with closing(open_ledger(settings)) as ledger:
        ledger.seal([district], now())
        (seal,) = seals(ledger.book, district)
        places = dict(zip((gone, "kept"), seal.places or (), strict=True))
        ledger.book.doom(district, "plan", [Doomed("casework", gone, places[gone], seal.number, bytes(32))], "{}")
        key = ledger.book.key_of(district, gone)
        assert key
        assert key in ledger.book.path.read_bytes()
        with ledger.book.writing():
            ledger.book.destroy(district, "plan", "certificate")
        assert ledger.book.key_of(district, gone) == b""
        assert key not in ledger.book.path.read_bytes()
    assert refill(settings, store, district) == {"kept"}


def test_a_number_whose_case_nobody_can_read_any_more_is_not_given_again(
    register: Register, settings: Settings, store: Store, district: str
) -> None:
    told: Any = (User(name="ana", roles=("analyst",)), district, "VPN", "incident", {}, now())
    lost = cases.opened(register, *told)
    with closing(sqlite3.connect(settings.hallmonitor_home / "ledger" / "ledger.db")) as book, book:
        book.execute("DELETE FROM boxes WHERE district = ?", (district,))
    store.command("TRUNCATE TABLE casework")
    with Register(settings, store) as anew:
        assert cases.opened(anew, *told) not in {lost, ""}
        assert anew.lost(district, "case") == 1


def test_searches_that_nobody_can_read_any_more_have_no_number_skipped(
    register: Register, settings: Settings, store: Store, district: str
) -> None:
    for name in ("s1", "s2", "s3"):
        register.write(search(district, name))
    told: Any = (User(name="ana", roles=("analyst",)), district, "VPN", "incident", {}, now())
    lost = cases.opened(register, *told)
    with closing(sqlite3.connect(settings.hallmonitor_home / "ledger" / "ledger.db")) as book, book:
        book.execute("DELETE FROM boxes WHERE district = ?", (district,))
    store.command("TRUNCATE TABLE casework")
    with Register(settings, store) as anew:
        year, _, number = lost.partition("-")
        assert cases.opened(anew, *told) == f"{year}-{int(number) + 1:04}"


def record(value: bytes, headers: list[tuple[str, bytes]]) -> Plain:
    return Plain(CASEWORK.name, 0, 3, 0, b"maple-falls", value, headers)


@pytest.mark.parametrize("other_key", [False, True])
def test_a_box_that_no_key_of_this_home_fits_stays_closed(tmp_path: Path, other_key: bool) -> None:
    with closing(Book(tmp_path / "one")) as theirs, closing(Book(tmp_path / "other")) as ours:
        boxed = record(*closed(theirs, "maple-falls", "d1", b'{"event_id":"d1"}'))
        if other_key:
            ours.keep_key("maple-falls", "d1", bytes(32))
        assert opened(theirs, boxed).value == b'{"event_id":"d1"}'
        assert opened(ours, boxed) == boxed


def test_what_lies_in_no_box_is_as_it_was(tmp_path: Path) -> None:
    with closing(Book(tmp_path)) as book:
        plain = record(b'{"event_id":"d1"}', [])
        assert opened(book, plain) is plain

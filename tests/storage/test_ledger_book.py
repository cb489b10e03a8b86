"""The ledger's book: whether a row was destroyed is answered from what every process wrote, without reading it all."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.ledger.book import Book
from storage.ledger.chain import Entry, SealBody
from storage.ledger.leaves import Place
from storage.ledger.ranges import united, within
from storage.ledger.salts import WHOLE, Salts

HOME = "maple-falls"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with closing(Book(tmp_path)) as book:
        yield book


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Book]:
    """The same book, as another process has it open."""
    with closing(Book(tmp_path)) as book:
        yield book


def destroyed_whole(book: Book, number: int, first: int, last: int) -> None:
    """A seal of decisions of which no row is left."""
    told = {"hour": "2026-03-04T14", "rows": 1, "root": "0" * 64, "partition": 0, "marks": "0" * 64}
    body = msgspec.json.encode(SealBody(record_class="casework", first=first, last=last, **told)).decode()  # type: ignore[arg-type]
    with book.writing():
        book.append(
            Entry(
                district=HOME, number=number, kind="seal", body=body, previous="", sealed_at="", key_id="", signature=""
            )
        )
        book._db.execute("INSERT INTO destroyed VALUES (?, ?, 'c1')", (HOME, number))


def is_destroyed(book: Book, version: int, record_class: str = "casework") -> bool:
    return book.destroyed.stood_at(HOME, record_class, Place(version, 0))


def test_what_another_process_destroyed_is_destroyed_at_once(book: Book, other: Book) -> None:
    destroyed_whole(other, 1, 10, 19)
    assert [is_destroyed(book, version) for version in (9, 10, 19, 20)] == [False, True, True, False]
    destroyed_whole(other, 2, 30, 39)
    assert [is_destroyed(book, version) for version in (15, 29, 30)] == [True, False, True]


def test_what_was_destroyed_of_one_class_is_not_destroyed_of_another(book: Book) -> None:
    destroyed_whole(book, 1, 10, 19)
    assert not is_destroyed(book, 15, "violations")


def test_the_seals_of_what_was_destroyed_are_read_once_for_any_number_of_decisions(book: Book) -> None:
    destroyed_whole(book, 1, 10, 19)
    asked: list[str] = []
    book._db.set_trace_callback(asked.append)
    for version in range(30):
        is_destroyed(book, version)
    assert sum("chain" in sql for sql in asked) == 1


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=8), st.integers(-1, 40))
def test_a_version_lies_within_the_united_ranges_if_it_lies_within_one(
    told: list[tuple[int, int]], version: int
) -> None:
    ranges = [(first, first + more) for first, more in told]
    assert within(united(ranges), version) == any(first <= version <= last for first, last in ranges)


def test_a_secret_that_was_made_for_later_records_gives_no_salt_of_a_record_of_which_only_rows_are_left() -> None:
    """Otherwise the next purge would put it in the place of those rows' own."""
    salts = Salts({(WHOLE, WHOLE): b"a" * 32, (7, 2): b"b" * 32})
    assert salts.of_record(7) is None
    assert salts.of(Place(7, 2)) == b"b" * 32
    assert salts.of_record(8) is not None

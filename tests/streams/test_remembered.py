"""Memories of ours, of an earlier release, and of strangers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from model import topics
from model.keyring import Checker, Ring
from model.mark import with_mark
from streams.worker.remembered import ANY_BYTES, POSITION, SINCE, Remembered, turn_header

KEY = "maple|sources|dc1"


@dataclass
class Record:
    """A record of `audit.memory`."""

    offset: int
    key: bytes
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()
    topic: str = topics.MEMORY.name
    partition: int = 0


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    return Ring(tmp_path)


def ours(ring: Ring, offset: int, key: str, value: bytes | None, epoch: int = 0) -> Record:
    told = (topics.MEMORY.name, 0, key.encode(), [turn_header(epoch, offset)], value)
    return Record(offset, key.encode(), value, with_mark(ring.key(topics.MEMORY.name), *told))


def read(ring: Ring, *records: Record) -> Remembered:
    found = Remembered(Checker(ring))
    for record in records:
        found.read(record)
    return found


def test_what_was_written_last_is_remembered(ring: Ring) -> None:
    found = read(ring, ours(ring, 1, KEY, b"a"), ours(ring, 2, "maple|x|y", b"b"), ours(ring, 3, KEY, b"c"))
    assert list(found.memories.items()) == [("maple|x|y", b"b"), (KEY, b"c")]


def test_what_was_forgotten_is_not_remembered(ring: Ring) -> None:
    assert read(ring, ours(ring, 1, KEY, b"a"), ours(ring, 2, KEY, None)).memories == {}


@pytest.mark.parametrize("record", [
    Record(9, b"maple", b"{}"), Record(9, b"\xff\xfe", b"garbage"), Record(9, KEY.encode(), b"garbage"),
    Record(9, KEY.encode(), None), Record(9, KEY.encode(), b"b", [("turn", b"9:9")]),
    Record(9, KEY.encode(), b"b", [("turn", b"many"), ("mark", b"m" * 16)]),
])  # fmt: skip
def test_a_record_without_our_mark_is_a_strangers_and_not_remembered(ring: Ring, record: Record) -> None:
    found = read(ring, ours(ring, 1, KEY, b"a"), record)
    assert (found.memories, [one for one, _ in found.strange]) == ({KEY: b"a"}, [record])


def test_a_tombstone_of_ours_that_was_sent_again_with_an_empty_value_is_still_one(ring: Ring) -> None:
    gone = ours(ring, 2, KEY, None)
    assert read(ring, ours(ring, 1, KEY, b"a"), gone, replace(gone, offset=3, value=b"")).memories == {}


def test_a_copy_of_an_earlier_memory_of_ours_is_not_remembered(ring: Ring) -> None:
    first = ours(ring, 1, KEY, b"a")
    found = read(ring, first, ours(ring, 2, KEY, b"b"), replace(first, offset=3))
    assert (found.memories, len(found.strange)) == ({KEY: b"b"}, 1)


def test_an_epoch_begins_its_turns_anew(ring: Ring) -> None:
    assert read(ring, ours(ring, 7, KEY, b"a"), ours(ring, -1, KEY, b"b", epoch=1)).memories == {KEY: b"b"}


@pytest.mark.parametrize("key", [KEY, POSITION, "|writer", "|writer|0a"])
def test_memories_of_a_release_without_marks_are_remembered(ring: Ring, key: str) -> None:
    found = read(ring, Record(1, key.encode(), b"a"), ours(ring, 2, SINCE, b"1"))
    assert found.memories == {key: b"a", SINCE: b"1"}


def test_a_key_that_is_none_of_ours_is_a_strangers_before_there_were_marks_too(ring: Ring) -> None:
    assert [one.key for one, _ in read(ring, Record(1, b"maple", b"{}")).strange] == [b"maple"]


def test_what_a_stranger_wrote_over_is_written_again_and_what_they_added_is_forgotten(ring: Ring) -> None:
    found = read(ring, ours(ring, 1, KEY, b"a"), Record(2, KEY.encode(), None), Record(3, b"maple", b"{}"))
    assert found.mended() == [(KEY, b"a"), ("maple", None)]


def test_a_strangers_key_that_is_no_text_is_forgotten_as_the_bytes_that_it_is(ring: Ring) -> None:
    found = read(ring, ours(ring, 1, KEY, b"a"), Record(2, b"\xff\xfe", b"garbage"))
    assert [(key.encode(errors=ANY_BYTES), value) for key, value in found.mended()] == [(b"\xff\xfe", None)]


def test_where_nothing_is_ours_nothing_is_written_over(ring: Ring, tmp_path: Path) -> None:
    """Another key stands where ours did: what ours marked is read again when it is back."""
    assert read(Ring(tmp_path / "other"), ours(ring, 1, KEY, b"a")).mended() == []

"""Records become rows: what is put in front of a line, what belongs to no table, what a refusal keeps."""

import base64

import msgspec
import pytest

from model import topics
from storage.block import Block, pairs_of
from storage.letters import refused
from storage.rows import Refusal, event_lines, lines, table_of, version
from tests.support.storage_cases import DISTRICT, Record, event, events, record, violation, violations


def test_an_event_line_keeps_every_byte_and_gets_our_columns_in_front() -> None:
    sent = events([event("e1"), event("e2")], offset=41)
    first, second = event_lines(sent)
    assert first.endswith(lines(sent)[0].text[1:])
    assert msgspec.json.decode(second) | {"event_id": "e2", "district": DISTRICT, "version": 41, "log_line": 1} == (
        msgspec.json.decode(second)
    )


def test_a_later_epoch_is_newer_than_any_offset_of_an_earlier_one() -> None:
    assert version(events([], offset=0, epoch=2)) > version(events([], offset=10**12, epoch=1))


def test_a_header_that_is_no_epoch_is_refused() -> None:
    with pytest.raises(Refusal, match="epoch"):
        table_of(record(topics.EVENTS.name, [b"{}"])._replace(headers=[("epoch", b"-1")]))


def test_a_record_of_no_known_kind_is_refused_line_by_line() -> None:
    block = Block()
    stray = record(topics.EVENTS.name, [b"{}", b"{}"])._replace(headers=[("kind", b"gossip")])
    block.add([stray, events([event("e1")])])
    tables, strays = block.tables()
    assert list(tables) == ["events"]
    assert [why for _, why in strays] == ["no table for topic audit.events with kind b'gossip'"] * 2


def test_facts_are_stored_before_the_events_whose_keeping_they_decide() -> None:
    block = Block()
    block.add([events([event("e1")]), record(topics.EVENTS.name, [b"{}"], kind="reference")])
    assert list(block.tables()[0]) == ["reference", "events"]


def test_a_violation_that_does_not_decode_is_refused_and_its_neighbour_is_not() -> None:
    sent = violations([violation("v1")])
    assert sent.value is not None
    good, bad = pairs_of("violations", [sent._replace(value=b'{"violation_id": 3}\n' + sent.value)])
    assert [line.number for line, _ in good] == [1]
    assert [(line.number, "not a row of violations" in why) for line, why in bad] == [(0, True)]


def test_a_refused_line_is_kept_whole_also_when_it_is_not_text() -> None:
    hostile = b"\xff\xfe{broken"
    letter = refused(lines(record(topics.EVENTS.name, [hostile], offset=9))[0], "why")
    assert base64.b64decode(letter.raw) == hostile
    assert (letter.stage, letter.origin, letter.raw_encoding) == ("store", "audit.events/0@9:0", "base64")


def test_a_line_read_twice_is_one_dead_letter() -> None:
    sent = record(topics.EVENTS.name, [b"x", b"x"], offset=9)
    first, again, other = refused(lines(sent)[0], "a"), refused(lines(sent)[0], "b"), refused(lines(sent)[1], "a")
    assert first.dead_letter_id == again.dead_letter_id != other.dead_letter_id


def test_a_block_reaches_one_past_the_last_record_of_each_partition() -> None:
    block = Block()
    block.add([events([event("e1")], 4), events([event("e2")], 5), Record("audit.violations", 3, 8, 0, None, None, [])])
    assert block.reaches() == {("audit.events", 0): 6, ("audit.violations", 3): 9}


def test_a_block_is_full_by_rows_or_by_bytes() -> None:
    by_rows, by_bytes = Block(max_rows=2), Block(max_bytes=10)
    for block in (by_rows, by_bytes):
        assert not block.full
        block.add([events([event("e1"), event("e2")])])
        assert block.full

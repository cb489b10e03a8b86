"""What came over the network, on disk: whole, with the time it came, each message a record of its own."""

import os
from pathlib import Path

import pytest

from producers.intake import Intake
from producers.transports.file_stream import FileStream, Fresh
from producers.transports.spool import Receipts, Spool, forget, segments
from tests.support.small_logs import START, events_of, numbers_of, squid_line, squid_source


def spooled(folder: Path) -> list[bytes]:
    """Every message the spool holds."""
    return b"".join(path.read_bytes() for path in segments(folder)).split(b"\n")[:-1]


def test_a_spool_that_has_been_read_takes_messages_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path, most=1_000, segment=300)
    assert spool.append([b"x" * 99] * 12, 1) == 2
    for segment in segments(tmp_path)[:-1]:
        forget(segment)
    assert spool.append([b"x" * 99] * 5, 2) == 0
    spool.close()


def test_a_full_disk_loses_only_what_it_could_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    room = 25
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        nonlocal room
        if len(data) > 30 or room <= 0:
            if room <= 0:
                raise OSError(28, "No space left on device")
            data = data[:room]
        room -= len(data)
        return real(descriptor, data)

    spool.append([b"first"], 1000)
    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OSError, match="No space"):
        spool.append([b"a" * 20, b"b" * 20], 1001)
    room = 10_000
    spool.append([b"c" * 20], 1002)
    spool.close()
    assert spooled(tmp_path) == [b"first", b"a" * 20, b"b" * 20, b"c" * 20]


def test_a_record_from_the_spool_knows_when_it_was_received(tmp_path: Path) -> None:
    source = squid_source(tmp_path, listen="udp://127.0.0.1:0")
    spool = Spool(source.folder)
    spool.append([squid_line(1).strip()], START * 1000 + 2_000)
    spool.append([squid_line(2, START - 86_400 * 40).strip()], START * 1000 + 9_000)
    spool.close()
    first, second = sorted(events_of(Intake([source]).round(True)), key=lambda event: event.domain or "")
    assert (first.received_at, first.time_quality) == ("2026-03-04T15:00:02.000Z", "exact")
    assert (second.received_at, second.time_quality) == ("2026-03-04T15:00:09.000Z", "bad")


def test_the_same_message_after_a_restart_of_the_listener_is_another_record(tmp_path: Path) -> None:
    source = squid_source(tmp_path, listen="udp://127.0.0.1:0")
    for _ in range(2):
        spool = Spool(source.folder)
        spool.append([squid_line(1).strip()], START * 1000)
        spool.close()
    assert numbers_of(Intake([source]).round(False)) == [1, 1]


def test_half_a_message_left_by_a_killed_listener_is_read_when_the_next_begins(tmp_path: Path) -> None:
    source = squid_source(tmp_path, listen="udp://127.0.0.1:0")
    spool = Spool(source.folder)
    spool.append([squid_line(1).strip()], START * 1000)
    with segments(source.folder)[0].open("ab") as file:
        file.write(squid_line(2)[:-5])
    intake = Intake([source])
    assert numbers_of(intake.round(False)) == [1]
    Spool(source.folder).close()
    assert numbers_of(intake.round(False)) == [2]
    spool.close()


def test_receipts_are_found_by_the_byte(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for at in range(1000, 9000, 500):
        spool.append([b"123456789"], at)
    spool.close()
    receipts = Receipts(segments(tmp_path)[0])
    found = receipts.at(45)
    assert found is not None
    assert found.timestamp() == 3.0


def test_the_receipts_of_a_segment_are_read_on_from_where_they_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    spool.append([b"first"], START * 1000, "203.0.113.1")
    receipts = Receipts(segments(tmp_path)[0])
    spool.append([b"second"], START * 1000, "203.0.113.2")
    noted: list[bytes] = []
    new = receipts._new
    monkeypatch.setattr(receipts, "_new", lambda: noted.extend(found := new()) or found)
    receipts.read_on()
    spool.close()
    assert noted == [b"6 %d 203.0.113.2" % (START * 1000)]


def test_receipts_before_a_position_are_forgotten_but_the_one_that_holds_there(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(3):
        spool.append([b"message"], START * 1000, f"203.0.113.{number}")
    spool.close()
    receipts = Receipts(segments(tmp_path)[0])
    receipts.read_on(12)
    assert [receipts.peer(offset) for offset in (0, 8, 16)] == [None, "203.0.113.1", "203.0.113.2"]


def test_a_message_that_comes_while_its_segment_is_read_keeps_its_own_peer(tmp_path: Path) -> None:
    source = squid_source(tmp_path, listen="udp://127.0.0.1:0")
    spool = Spool(source.folder)
    spool.append([squid_line(1).strip()] * 4_000, START * 1000, "203.0.113.1")
    stream = FileStream(source, segments(source.folder)[0].stem)
    stream.fresh = [Fresh(segments(source.folder)[0], False)]
    entries = stream.entries()
    next(entries)
    spool.append([squid_line(2).strip()], START * 1000, "203.0.113.2")
    last = list(entries)[-1]
    spool.close()
    assert b'"received_from":"203.0.113.2"' in last.events[0]

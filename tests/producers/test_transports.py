"""Files in every state loggers leave them in: grown, renamed, truncated, packed, broken; nothing lost or twice."""

import gzip
import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import zstandard

from model.batch import Batch, Command
from model.codec import split_lines
from model.dead_letter import DeadLetter
from producers.intake import Intake
from producers.transports.file_stream import Place
from tests.support.small_logs import events_of, numbers_of, squid_line, squid_log, squid_source

WIDE = ("utf-16-le", "utf-16-be")
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def letters_of(batches: list[Batch]) -> list[DeadLetter]:
    lines = [line for batch in batches if batch.kind == "command" for line in split_lines(batch.body)]
    return [msgspec.json.decode(msgspec.json.decode(line, type=Command).body, type=DeadLetter) for line in lines]


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_file_has_the_same_ids_however_it_is_compressed(tmp_path: Path, packing: str) -> None:
    plain = squid_source(tmp_path / "a")
    (plain.folder / "access.log").write_bytes(squid_log(50))
    packed = squid_source(tmp_path / "b")
    (packed.folder / "access.log.1").write_bytes(PACKINGS[packing](squid_log(50)))
    ids = [[event.event_id for event in events_of(Intake([source]).round(True))] for source in (plain, packed)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 50


@pytest.mark.parametrize("packing", PACKINGS)
def test_reading_goes_on_at_the_byte_of_the_uncompressed_stream(tmp_path: Path, packing: str) -> None:
    source = squid_source(tmp_path)
    data = squid_log(1000)
    (source.folder / "access.log").write_bytes(PACKINGS[packing](data))
    behind = len(squid_log(400))
    assert numbers_of(Intake([source], lambda stream: Place(behind)).round(True)) == list(range(400, 1000))


def test_a_last_line_without_its_end_waits_while_the_file_grows(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    log = source.folder / "access.log"
    log.write_bytes(squid_log(3) + squid_line(3)[:40])
    intake = Intake([source])
    assert numbers_of(intake.round(False)) == [0, 1, 2]
    with log.open("ab") as file:
        file.write(squid_line(3)[40:])
    assert numbers_of(intake.round(False)) == [3]


def test_the_last_line_of_a_finished_file_needs_no_end(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    (source.folder / "access.log").write_bytes(squid_log(3).rstrip(b"\n"))
    assert numbers_of(Intake([source]).round(True)) == [0, 1, 2]


def test_a_run_that_ends_leaves_a_line_that_is_being_written_to_the_next(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    log = source.folder / "access.log"
    log.write_bytes(squid_log(3) + squid_line(3)[:40])
    first = list(Intake([source]).round(ended=True, growing=True))
    with log.open("ab") as file:
        file.write(squid_line(3)[40:])
    stop = max(batch.stop for batch in first)
    second = list(Intake([source], lambda stream: Place(stop)).round(ended=True, growing=True))
    assert (numbers_of(first), numbers_of(second), letters_of(second)) == ([0, 1, 2], [3], [])


def test_a_last_line_that_never_gets_its_end_is_read_once_its_file_has_rested(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    log = source.folder / "access.log"
    log.write_bytes(squid_log(3).rstrip(b"\n"))
    intake = Intake([source])
    assert numbers_of(intake.round(False)) == [0, 1]
    assert intake.unfinished() == [log]
    os.utime(log, (time.time() - 3700, time.time() - 3700))
    assert numbers_of(intake.round(False)) == [2]
    assert intake.unfinished() == []


def test_a_line_without_its_end_is_read_in_a_file_that_rests_while_it_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = squid_source(tmp_path)
    (source.folder / "access.log").write_bytes(squid_log(3).rstrip(b"\n"))
    intake = Intake([source])
    assert numbers_of(intake.round(False)) == [0, 1]
    monkeypatch.setattr("producers.intake.now_ms", lambda: int((time.time() + 3700) * 1000))
    assert numbers_of(intake.round(False)) == [2]
    assert numbers_of(intake.round(False)) == []


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_a_last_line_in_a_packed_file_needs_no_end_in_a_run_that_ends(tmp_path: Path, packing: str) -> None:
    source = squid_source(tmp_path)
    (source.folder / "access.log.1").write_bytes(PACKINGS[packing](squid_log(3).rstrip(b"\n")))
    assert numbers_of(Intake([source]).round(ended=True, growing=True)) == [0, 1, 2]


def test_a_file_rotated_by_rename_is_read_on_and_not_again(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    log = source.folder / "access.log"
    log.write_bytes(squid_log(5))
    intake = Intake([source])
    assert numbers_of(intake.round(False)) == [0, 1, 2, 3, 4]
    with log.open("ab") as file:
        file.write(squid_line(5, 1_772_636_500))
    log.rename(source.folder / "access.log.1")
    log.write_bytes(squid_log(2, 1_772_636_600, first=6))
    assert numbers_of(intake.round(False)) == [5, 6, 7]


def test_a_rotated_file_that_is_compressed_later_is_not_read_again(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    log = source.folder / "access.log"
    log.write_bytes(squid_log(5))
    intake = Intake([source])
    assert len(numbers_of(intake.round(False))) == 5
    log.with_suffix(".gz").write_bytes(gzip.compress(log.read_bytes()))
    log.unlink()
    os.utime(log.with_suffix(".gz"), (time.time() - 100, time.time() - 100))
    assert numbers_of(intake.round(False)) == []


def test_copytruncate_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    log = source.folder / "access.log"
    log.write_bytes(squid_log(5))
    intake = Intake([source])
    assert len(numbers_of(intake.round(False))) == 5
    whole = squid_log(7)
    (source.folder / "access.log.1").write_bytes(whole)
    log.write_bytes(squid_log(20, 1_772_640_000, first=100))
    assert sorted(numbers_of(intake.round(False))) == [5, 6, *range(100, 120)]


def test_two_files_that_begin_alike_and_go_on_differently_are_two_streams(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    (source.folder / "a.log").write_bytes(squid_line(0) + squid_log(3, 1_772_637_000, first=10))
    (source.folder / "b.log").write_bytes(squid_line(0) + squid_log(3, 1_772_638_000, first=20))
    batches = list(Intake([source]).round(True))
    assert sorted(numbers_of(batches)) == [0, 0, 10, 11, 12, 20, 21, 22]
    assert len({event.event_id for event in events_of(batches)}) == 8


def test_a_copy_beside_its_original_is_read_once(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    (source.folder / "a.log").write_bytes(squid_log(9))
    (source.folder / "b.log").write_bytes(squid_log(4))
    (source.folder / "c.log.gz").write_bytes(gzip.compress(squid_log(9)))
    assert sorted(numbers_of(Intake([source]).round(True))) == list(range(9))


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_a_broken_archive_gives_what_it_holds_and_says_what_it_lacks(tmp_path: Path, packing: str) -> None:
    source = squid_source(tmp_path)
    packed = PACKINGS[packing](squid_log(20_000))
    (source.folder / "access.log.1").write_bytes(packed[: len(packed) // 2])
    batches = list(Intake([source]).round(True))
    assert 1000 < len(numbers_of(batches)) < 20_000
    assert "cannot be decompressed" in letters_of(batches)[-1].reason


def test_a_line_of_many_megabytes_becomes_numbered_dead_letters_that_hold_all_of_it(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    huge = b"x" * 9_500_000
    (source.folder / "access.log").write_bytes(squid_line(1) + huge + b"\n" + squid_line(2))
    batches = list(Intake([source]).round(True))
    assert numbers_of(batches) == [1, 2]
    assert b"".join(letter.raw.encode() for letter in letters_of(batches)) == huge
    assert max(len(batch.body) for batch in batches) < 950_000


def test_hostile_bytes_are_all_accounted_for(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    hostile = [
        b"\xff\xfe\x00garbage",
        b"\x16\x03\x01\x02",
        b"\x01" * 200_000,
        b"{" * 5000,
        "ü€\u2028".encode(),
        b"%s%n",
    ]
    (source.folder / "access.log").write_bytes(b"\n".join([squid_line(1).strip(), *hostile, squid_line(2).strip()]))
    batches = list(Intake([source]).round(True))
    assert len(events_of(batches)) + len(letters_of(batches)) == len(hostile) + 2


def wide(data: bytes, encoding: str) -> bytes:
    return ("\ufeff" + data.decode()).encode(encoding)


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("packing", PACKINGS)
def test_a_file_in_utf_16_is_read_as_the_same_text_in_utf_8(tmp_path: Path, encoding: str, packing: str) -> None:
    source, narrow = squid_source(tmp_path / "a"), squid_source(tmp_path / "b")
    (source.folder / "access.log").write_bytes(PACKINGS[packing](wide(squid_log(50), encoding)))
    (narrow.folder / "access.log").write_bytes(squid_log(50))
    read = [[event.event_id for event in events_of(Intake([one]).round(True))] for one in (source, narrow)]
    assert read[0] == read[1]


@pytest.mark.parametrize("encoding", WIDE)
def test_a_file_in_utf_16_goes_on_where_it_was_left_within_a_character(tmp_path: Path, encoding: str) -> None:
    source = squid_source(tmp_path)
    log, whole = source.folder / "access.log", wide(squid_log(9), encoding)
    log.write_bytes(whole[:601])
    intake = Intake([source])
    first = numbers_of(intake.round(False))
    log.write_bytes(whole)
    assert first + numbers_of(intake.round(False)) == list(range(9))


def test_what_is_no_character_of_utf_16_costs_its_own_line(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    broken = wide(squid_log(2), "utf-16-le") + b"\x00\xd8x\x00\n\x00"
    (source.folder / "access.log").write_bytes(broken + squid_line(2).decode().encode("utf-16-le"))
    batches = list(Intake([source]).round(True))
    assert (numbers_of(batches), len(letters_of(batches))) == ([0, 1, 2], 1)


def test_a_fifo_in_the_folder_does_not_hold_the_reader(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    os.mkfifo(source.folder / "pipe")
    (source.folder / "access.log").write_bytes(squid_log(1))
    assert numbers_of(Intake([source]).round(True)) == [0]


def test_an_unreadable_source_does_not_stop_the_others(tmp_path: Path) -> None:
    source, gone = squid_source(tmp_path), squid_source(tmp_path, "gone")
    (source.folder / "access.log").write_bytes(squid_log(2))
    gone.folder.rmdir()
    intake = Intake([gone, source])
    assert numbers_of(intake.round(False)) == [0, 1]
    assert intake.well == [source]


def test_a_file_that_has_not_changed_is_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = squid_source(tmp_path)
    (source.folder / "access.log").write_bytes(squid_log(5))
    intake = Intake([source])
    assert len(numbers_of(intake.round(False))) == 5
    monkeypatch.setattr("producers.transports.source_folder.compressed", lambda path: pytest.fail(f"opened {path}"))
    assert numbers_of(intake.round(False)) == []

"""The order of time across streams: kept within a stream, made between them, and not upset by one wrong clock."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.batch import Batch, Tick
from model.codec import decode_batch, encode_batch, split_lines
from model.event import parse_at
from producers.batching import MOST_BYTES, MOST_LINES, SPREAD_MS, TICK_MS, batches
from producers.catalog import PRODUCTS
from producers.entry import Entry, Refused
from producers.intake import Intake
from producers.merge import BLOCK, merged
from producers.source import Source
from tests.support.small_logs import START, events_of, numbers_of, squid_line, squid_log, squid_source

NOW = 1_900_000_000_000


class Scripted:
    """A stream that says what a test wants it to say; counts how often it is opened."""

    def __init__(self, name: str, times: list[int | None], stream: str = "s") -> None:
        self.source = Source("maple-falls", name, PRODUCTS["squid"], ZoneInfo("UTC"), 300_000, Path("nowhere"))
        self.key, self.batched_to, self.opened = f"{name}/{stream}", 0, False
        self._times = times

    def begins_at(self) -> int | None:
        return min((at for at in self._times[:16] if at is not None), default=None)

    def entries(self) -> Iterator[Entry]:
        self.opened = True
        for number, at in enumerate(self._times):
            yield Entry(number * 10, number * 10 + 10, at, [b"%d" % number], [], 10)


def order(*streams: Any) -> list[tuple[str, int]]:
    """Which stream's record came when."""
    return [(stream.source.id, entry.start // 10) for _, stream, entry in merged(streams)]


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 10_000)), max_size=400), max_size=4))
def test_every_record_comes_once_and_in_the_order_of_its_stream(times: list[list[int | None]]) -> None:
    found = order(*(Scripted(str(n), ats) for n, ats in enumerate(times)))
    for name, ats in enumerate(times):
        assert [number for source, number in found if source == str(name)] == list(range(len(ats)))


@given(st.lists(st.lists(st.integers(0, 10_000), min_size=1, max_size=300).map(sorted), min_size=1, max_size=4))
def test_ordered_streams_give_one_order(times: list[list[int]]) -> None:
    streams = [Scripted(str(n), list(ats)) for n, ats in enumerate(times)]
    found = [entry.at for _, _, entry in merged(streams)]
    assert found == sorted(at for ats in times for at in ats)


def test_one_clock_that_runs_ahead_holds_nothing_back() -> None:
    wrong = [1, 2, 999_999_999, 3, 4]
    assert order(Scripted("a", wrong), Scripted("b", [5, 6]))[:5] == [("a", n) for n in range(5)]


def reached(*streams: Any) -> int:
    """How far the merge has come with its last record."""
    return list(merged(streams))[-1][0]


def test_a_stream_written_newest_first_has_come_to_its_first_records_when_all_is_read() -> None:
    assert reached(Scripted("a", list(range(900, 500, -1)))) >= 890


def test_a_late_record_at_the_end_does_not_turn_time_back() -> None:
    assert reached(Scripted("a", [*range(100), 3])) >= 90


def test_a_stream_written_newest_first_drives_no_other_forward_before_all_is_read() -> None:
    found = [at for at, _, _ in merged([Scripted("a", [9, 8, 7]), Scripted("b", [8, 9, 10])])]
    assert found == [7, 7, 7, 8, 9, 10]


@pytest.mark.parametrize("times", [[1, 2, 999_999_999, 3, 4], [4, 999_999_999], [999_999_999]])
def test_one_clock_that_runs_ahead_is_not_how_far_all_was_read(times: list[int | None]) -> None:
    assert reached(Scripted("a", [1, 2, 3]), Scripted("b", [*times, 4])) == 4


def test_a_record_without_a_time_goes_with_the_next_of_its_stream() -> None:
    assert order(Scripted("a", [1, None, 9]), Scripted("b", [5]))[:2] == [("a", 0), ("b", 0)]


def test_a_file_is_opened_only_when_its_turn_comes() -> None:
    early, late = Scripted("a", list(range(10))), Scripted("b", [10_000])
    records = merged([early, late])
    for _ in range(5):
        next(records)
    assert not late.opened


def test_reading_ahead_is_bounded() -> None:
    endless = Scripted("a", list(range(100_000)))
    taken = 0

    def counted() -> Iterator[Entry]:
        nonlocal taken
        for entry in Scripted("a", list(range(100_000))).entries():
            taken += 1
            yield entry

    endless.entries = counted
    next(merged([endless]))
    assert taken < 3 * BLOCK


def _batches(*streams: Any, now: int = NOW) -> list[Batch]:
    sources = [stream.source for stream in streams]
    return list(batches(merged(streams), sources, lambda: now))


@pytest.mark.parametrize("every", [1, 1_000, 400_000])
def test_batches_of_a_stream_follow_one_another_without_a_gap(every: int) -> None:
    found = [b for b in _batches(Scripted("a", [n * every for n in range(2_500)])) if b.kind == "events"]
    assert [b.start for b in found] == [0, *(b.stop for b in found[:-1])]
    assert sum(b.count for b in found) == 2_500
    assert max(b.count for b in found) <= MOST_LINES


def test_a_batch_is_no_larger_than_900_kb() -> None:
    class Large(Scripted):
        def entries(self) -> Iterator[Entry]:
            for number in range(20):
                yield Entry(number * 10, number * 10 + 10, number, [b"x" * 199_999], [], 200_000)

    found = [b for b in _batches(Large("a", [1])) if b.kind == "events"]
    assert max(len(b.body) for b in found) <= MOST_BYTES
    assert sum(b.count for b in found) == 20


def test_dead_letters_go_before_the_events_and_are_counted() -> None:
    class Bad(Scripted):
        def entries(self) -> Iterator[Entry]:
            yield Entry(0, 10, 1, [b"1"], [], 2)
            yield Entry(10, 20, None, [], [Refused(b"{}", 20)], 3)
            yield Entry(20, 30, 2, [b"2"], [], 2)

    letters, events = (b for b in _batches(Bad("a", [1])) if b.kind != "tick")
    assert (letters.kind, letters.stream, letters.refused, letters.stop) == ("command", "a/s!", 1, 20)
    assert (events.kind, events.stream, events.count, events.stop) == ("events", "a/s", 2, 30)


def test_records_of_refusals_alone_still_move_the_position() -> None:
    class Bad(Scripted):
        def entries(self) -> Iterator[Entry]:
            yield Entry(0, 10, None, [], [Refused(b"{}", 10)], 3)

    assert [(b.kind, b.count, b.stop) for b in _batches(Bad("a", [1]))] == [("command", 1, 10), ("events", 0, 10)]


def test_what_a_batch_promises_is_never_broken_by_what_follows() -> None:
    every = {"a/s": 7_000, "a/t": 9_000, "b/s": 11_000}
    streams = [Scripted(key[0], [n * step for n in range(900)], key[2]) for key, step in every.items()]
    reached: dict[str, int] = {}
    for stream in streams:
        object.__setattr__(stream.source, "lateness_ms", 0)
    for batch in _batches(*streams):
        if batch.kind == "events":
            assert (batch.start // 10) * every[batch.stream] >= reached.get(batch.source_id, -1)
            reached[batch.source_id] = max(reached.get(batch.source_id, -1), batch.reached_at or -1)
    assert min(reached.values()) > 0


def test_records_that_tell_no_time_promise_nothing() -> None:
    timeless = Scripted("a", [*[None] * 3_000, START])
    assert _batches(timeless)[0].reached_at is None


def test_no_promise_reaches_beyond_the_present() -> None:
    ahead = Scripted("a", [1_000, 9_999_999_999_999])
    promised = [batch.reached_at or 0 for batch in _batches(ahead, now=2_000)]
    assert max(promised) < 2_000


def test_a_quiet_source_ticks_while_another_speaks() -> None:
    loud, quiet = Scripted("a", [n * 10_000 for n in range(1_000)]), Scripted("b", [0])
    ticks = [line for batch in _batches(loud, quiet) if batch.kind == "tick" for line in split_lines(batch.body)]
    told = [tick for tick in (msgspec.json.decode(line, type=Tick) for line in ticks) if tick.source_id == "b"]
    assert len(told) >= 10_000_000 // (TICK_MS + SPREAD_MS) - 2
    assert all(not tick.ended and tick.reached_at is not None for tick in told)


def test_a_folder_of_old_files_is_read_in_order_of_time(tmp_path: Path) -> None:
    first, second = squid_source(tmp_path, "first"), squid_source(tmp_path, "second")
    for day in range(4):
        source = first if day % 2 else second
        (source.folder / f"{9 - day}.log").write_bytes(squid_log(100, START + day * 86_400, 60, first=day * 100))
    assert numbers_of(Intake([first, second]).round(True)) == list(range(400))


def test_order_between_sources_is_within_the_spread(tmp_path: Path) -> None:
    sources = [squid_source(tmp_path, name) for name in "abc"]
    for offset, source in enumerate(sources):
        (source.folder / "x.log").write_bytes(squid_log(500, START + offset * 3, 10))
    times = [parse_at(event.occurred_at or "").timestamp() for event in events_of(Intake(sources).round(True))]
    assert max(max(times[:n]) - at for n, at in enumerate(times) if n) <= SPREAD_MS / 1000


def test_a_batch_survives_the_journey_through_kafka(tmp_path: Path) -> None:
    source = squid_source(tmp_path)
    (source.folder / "x.log").write_bytes(squid_line(1) + b"\xff\xfe\n" + squid_line(2))
    batches = list(Intake([source]).round(True))
    assert sum(batch.count for batch in batches) >= 2
    assert [decode_batch(*encode_batch(batch)) for batch in batches] == batches

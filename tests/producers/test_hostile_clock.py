"""Hostile input costs nothing: each stream, archive and file takes a bounded time, and a slow record ends.

What a single record costs each parser is in tests/trust.
"""

import gzip
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import structlog
import zstandard

from producers import watchdog
from producers.catalog import PRODUCTS
from producers.entry import Entry
from producers.frame import Cut, Frame, Lines
from producers.framing import FRAMERS
from producers.intake import Intake, nowhere
from producers.product import Context, Framing, Parsed, Refusal
from producers.pull.page import Ask, NotAPage, page_of
from producers.reader import Stream, _struck, read_record
from producers.source import Source
from producers.transports.file_bytes import ALWAYS_ALLOWED, CHUNK
from producers.transports.file_stream import Place
from producers.transports.syslog_framing import Deframer
from tests.support.hostile_district import Attack, good, write

pytestmark = pytest.mark.hostile

CONTEXT = Context(ZoneInfo("UTC"), datetime(2026, 3, 5, 11, tzinfo=UTC))
PROJECT = Path(__file__).resolve().parents[2]


def seconds(act: Callable[[], object]) -> float:
    """CPU time, so that a busy machine is no slower."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


STREAMS: dict[Framing, tuple[bytes, ...]] = {
    "lines": (b"\n", b"\r", b" ", b"\0", b"a\n"),
    "windows": (b"<Event>", b'<Event a="', b"<x:Event>\n", b"<", b"<\n", b"<?", b"<Events ", b"<Event> </x:Event>",
                b"\n"),
    "json": (b"{", b"{\n", b'{"a":\n', b"{ },\n{\n", b"[", b'{"items":[\n', b'"', b'{"\n', b'{"a":{}}\n', 
             b'{"items":   ',             b'{"items":[{}],\n', b"{x\n" + b"{}" * 500),
    "leases": (b"lease 1 {\n", b"lease ", b"lease {", b"\n", b"}", b"host a\n", b"lease 1 {\n" + b" \n" * 100),
}  # fmt: skip


@pytest.mark.parametrize("framing", STREAMS)
@pytest.mark.parametrize("piece", [16_384, CHUNK], ids=["in pieces", "at once"])
def test_cutting_four_times_as_much_takes_no_sixteen_times_as_long(framing: Framing, piece: int) -> None:
    for unit in STREAMS[framing]:

        def cut(size: int, unit: bytes = unit) -> float:
            stream = unit * (size // len(unit))
            framer = FRAMERS[framing]()
            return seconds(lambda: [framer.feed(stream[at : at + piece]) for at in range(0, len(stream), piece)])

        once = cut(50_000)
        assert cut(200_000) < 8 * once + 0.3, unit


def test_elements_of_ever_new_prefixes_are_cut_in_one_pass() -> None:
    stream = b"".join(b"<a%d:Event>\n" % number for number in range(20_000))
    assert seconds(lambda: FRAMERS["windows"]().feed(stream)) < 4


def test_a_syslog_message_in_single_bytes_costs_no_more_than_in_one() -> None:
    message = b"<13>" + b"x" * 100_000 + b"\n"

    def byte_by_byte() -> None:
        deframer = Deframer()
        found = [taken for at in range(len(message)) for taken in deframer.feed(message[at : at + 1])]
        assert found == [message[:-1]]

    assert seconds(byte_by_byte) < 4


def test_a_page_with_a_string_that_never_ends_is_refused_at_once() -> None:
    def refused() -> None:
        with pytest.raises(NotAPage):
            page_of(Ask("https://vendor.example"), b"[[" + b"," * 100_000 + b'"' + b'\\"' * 40_000 + b"\\", ())

    assert seconds(refused) < 4


@pytest.mark.parametrize("name", PRODUCTS)
def test_striking_secrets_out_of_twice_as_much_takes_twice_as_long(name: str) -> None:
    product = PRODUCTS[name]
    fields = [field.encode() for field in product.secrets] or [b"password"]
    units = [b"://a:", b"://", b":", b"@", b"?token=", b"&pass", b"%3f", b"[u/", b"/", b" ", b'"', b"\\",
             *(field + mark for field in fields for mark in (b"", b" ", b"=", b'="', b'":"', b'" : "'))]  # fmt: skip
    for unit in units:

        def struck(size: int, unit: bytes = unit) -> float:
            data = unit + b"x?://" + unit * (size // len(unit)) + b'"' + fields[0] + b" " * size
            return seconds(lambda: _struck(product, data))

        once = struck(20_000)
        assert struck(80_000) < 8 * once + 0.3, unit


# The watchdog


def never_ends(record: bytes, context: Context) -> Parsed:
    """A parser with the worst of patterns."""
    if b"slow" in record:
        re.match(r"(a+)+$", "a" * 60 + "b")
    return []


SLOW = replace(PRODUCTS["squid"], parse=never_ends)


def test_a_record_that_takes_too_long_is_refused_and_the_next_is_read() -> None:
    assert watchdog.start(tick=0.1)
    stream = Stream("edge", "f")
    slow, quick = (read_record(SLOW, Frame(0, 9, data), CONTEXT, stream) for data in (b"slow one", b"quick one"))
    assert isinstance(slow[2], Refusal)
    assert "CPU time" in slow[2].reason
    assert slow[3] == b"slow one"
    assert quick[2] == []


def test_a_record_whose_secrets_take_too_long_to_strike_out_is_not_kept_and_the_next_is_read() -> None:
    def strikes_slowly(record: bytes) -> bytes:
        never_ends(record, CONTEXT)
        return record

    assert watchdog.start(tick=0.1)
    product = replace(SLOW, strike=strikes_slowly)
    stream = Stream("edge", "f")
    slow, quick = (read_record(product, Frame(0, 9, data), CONTEXT, stream) for data in (b"slow one", b"quick one"))
    assert isinstance(slow[2], Refusal)
    assert "secrets" in slow[2].reason
    assert slow[3] == b"***"
    assert quick[2] == []


class NeverCuts(Lines):
    """Lines, of which those with `slow` in them are looked at with the worst of patterns."""

    def find(self, buffer: bytes, position: int, ended: bool) -> Cut | None:
        if buffer.startswith(b"slow", position):
            re.match(r"(a+)+$", "a" * 60 + "b")
        return super().find(buffer, position, ended)


@pytest.mark.parametrize("size", [5, 1_000])
def test_a_record_whose_end_takes_too_long_to_find_is_cut_at_its_line_end(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Whatever pieces it comes in: the line is one dead letter or several, no byte is lost, and the next is read."""
    monkeypatch.setitem(FRAMERS, "lines", NeverCuts)
    assert watchdog.start(tick=0.1)
    stream = good("squid") + b"\nslow one\n" + good("squid") + b"\n"
    framer = FRAMERS["lines"]()
    cut = [frame for at in range(0, len(stream), size) for frame in framer.feed(stream[at : at + size])]
    assert [frame.data for frame in cut if not frame.slow] == [good("squid")] * 2
    assert b"".join(frame.data for frame in cut if frame.slow).replace(b" ", b"") == b"slowone"
    refused = [read_record(PRODUCTS["squid"], frame, CONTEXT, Stream("edge", "f"))[2] for frame in cut if frame.slow]
    assert all(isinstance(one, Refusal) and "where this record ends" in one.reason for one in refused)


def test_a_folder_with_a_record_that_cannot_be_cut_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the record stands first, where its bytes name the stream."""
    monkeypatch.setitem(FRAMERS, "lines", NeverCuts)
    (tmp_path / "a.log").write_bytes(b"slow one\n" + good("squid") + b"\n")
    found, _ = read_folder(tmp_path)
    assert "where this record ends" in found[0]
    assert found[1:] == ["recognised"]


def test_a_chunk_of_empty_lines_is_passed_over_and_none_of_it_is_given_up() -> None:
    assert watchdog.start(tick=0.1)
    assert FRAMERS["lines"]().feed(b"\n" * 8_000_000) == []


def test_a_tick_between_records_gives_up_nothing() -> None:
    dog = watchdog.Watchdog()
    dog.bounded(int)
    dog.tick()
    dog.tick()
    assert dog.bounded(lambda: [dog.tick(), "read"]) == [None, "read"], "the first tick within a record only looks"
    with pytest.raises(watchdog.TooSlow):
        dog.bounded(lambda: [dog.tick(), dog.tick()])
    assert dog.bounded(lambda: "read") == "read"


def test_the_watch_ends_before_the_interpreter_does() -> None:
    """An interpreter that ends gives signals their default action back: a tick then ended a good run with an error."""
    said = "from producers.watchdog import start; start(0.0001); held = [{} for _ in range(400_000)]"
    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0


def test_the_command_line_gives_a_slow_record_up_too(tmp_path: Path) -> None:
    """In the real process: `hallmonitor judge`, whose squid parser is stuck with one line of three."""
    record = good("squid")
    write(tmp_path, [Attack("edge", "squid", "a.log", record + b"\nslow\n" + record + b"\n")])
    code = (
        "from dataclasses import replace; from producers import catalog; import re\n"
        "squid = catalog.PRODUCTS['squid']; parse = squid.parse\n"
        "def slow(record, context):\n"
        "    if record == b'slow': re.match(r'(a+)+$', 'a' * 60 + 'b')\n"
        "    return parse(record, context)\n"
        "catalog.PRODUCTS['squid'] = replace(squid, parse=slow)\n"
        "from cli.main import main; main()"
    )
    command = [sys.executable, "-c", code, "judge", str(tmp_path)]
    judged = subprocess.run(command, cwd=PROJECT, stderr=subprocess.PIPE, timeout=300, check=True)
    assert b"edge: 3 read, 0 unrecognized, 1 refused" in judged.stderr


# Archives and what is no file


def read_folder(folder: Path, place: Callable[[str], Place] = nowhere) -> tuple[list[str], dict[str, int]]:
    """What became of each record (`recognised`, or why it was refused), and how far each stream was read."""
    found: list[str] = []

    def watch(_: Source, entry: Entry) -> None:
        found.extend(letter.line.decode() for letter in entry.refused) if entry.refused else found.append("recognised")

    source = Source("d", "edge", PRODUCTS["squid"], CONTEXT.timezone, 0, folder)
    stops: dict[str, int] = {}
    for batch in Intake([source], place, watch).round(ended=True):
        stops[batch.stream] = max(stops.get(batch.stream, 0), batch.stop)
    return found, stops


BOMB = good("squid") + b"\n" + b"\n" * (ALWAYS_ALLOWED + 1_000_000)


@pytest.mark.parametrize("packed", [gzip.compress(BOMB, mtime=0), zstandard.compress(BOMB)], ids=["gzip", "zstd"])
def test_a_bomb_is_unpacked_to_a_bound_and_told_once(tmp_path: Path, packed: bytes) -> None:
    (tmp_path / "a.log.gz").write_bytes(packed)
    found, stops = read_folder(tmp_path)
    assert found[0] == "recognised"
    assert len(found) == 2
    assert "times its own size" in found[1]
    assert read_folder(tmp_path, lambda stream: Place(stops[stream]))[0] == []


def test_a_log_that_packs_well_is_no_bomb(tmp_path: Path) -> None:
    lines = b"".join(good("squid") + b" %d\n" % number for number in range(3_000))
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(lines))
    assert (tmp_path / "a.log.gz").stat().st_size * 20 < len(lines)
    assert len(read_folder(tmp_path)[0]) == 3_000


def test_links_pipes_and_devices_among_the_logs_are_refused_and_said(tmp_path: Path) -> None:
    outside = tmp_path / "outside.log"
    outside.write_bytes(good("squid") + b"\n")
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.log").symlink_to(outside)
    (folder / "c").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "b.log")
    (folder / "plain.log").write_bytes(good("squid") + b"\n")
    with structlog.testing.capture_logs() as said:
        found, _ = read_folder(folder)
    assert found == ["recognised"]
    assert {line["file"]: line["it_is"] for line in said if "it_is" in line} == {
        str(folder / "a.log"): "a symbolic link",
        str(folder / "c"): "a symbolic link",
        str(folder / "b.log"): "a pipe, socket or device",
    }


def test_a_folder_of_logs_that_is_itself_a_link_is_refused_and_said(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.log").write_bytes(good("squid") + b"\n")
    (tmp_path / "logs").symlink_to(tmp_path / "real", target_is_directory=True)
    with structlog.testing.capture_logs() as said:
        assert read_folder(tmp_path / "logs") == ([], {})
    assert "symbolic link" in str(said)

"""Syslog through real sockets into a spool on disk, and from there to events; what is turned away is counted."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.clock import now_ms
from producers.listen import Post
from producers.transports.spool import Spool, heard_at, segments
from producers.transports.syslog_framing import Deframer
from producers.transports.syslog_listener import Listener, kernel_drops
from tests.small_logs import squid_line

HEAD = b"<134>Mar  4 15:00:00 proxy1 squid[77]: "


@contextmanager
def listening(folder: Path, scheme: str = "udp", spool: Spool | None = None) -> Iterator[Listener]:
    """A listener on a free port, served by a thread until the block ends."""
    listener = Listener("proxy", f"{scheme}://127.0.0.1:0", spool or Spool(folder), now_ms)
    post = Post([listener])
    thread = Thread(target=post.run)
    thread.start()
    try:
        yield listener
    finally:
        post.stop()
        thread.join()


def until(holds: Callable[[], bool]) -> None:
    """Waits for what another thread does; fails after ten seconds."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def spooled(folder: Path) -> list[bytes]:
    return b"".join(path.read_bytes() for path in segments(folder)).split(b"\n")[:-1]


def send_udp(port: int, messages: list[bytes]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for message in messages:
            sender.sendto(message, ("127.0.0.1", port))


def test_datagrams_reach_the_spool_in_order(tmp_path: Path) -> None:
    sent = [HEAD + squid_line(n).strip() for n in range(300)]
    with listening(tmp_path) as listener:
        send_udp(listener.port, sent)
        until(lambda: listener.counted.messages == 300)
    assert spooled(tmp_path) == sent


def test_a_line_end_within_a_datagram_does_not_make_two_records(tmp_path: Path) -> None:
    with listening(tmp_path) as listener:
        send_udp(listener.port, [b"one\ntwo\n", b"\0", b"three\0"])
        until(lambda: listener.counted.messages == 2)
    assert spooled(tmp_path) == [b"one#012two", b"three"]


def test_tcp_takes_octet_counts_and_line_ends_on_one_connection(tmp_path: Path) -> None:
    with listening(tmp_path, "tcp") as listener:
        with socket.create_connection(("127.0.0.1", listener.port)) as sender:
            sender.sendall(b"11 <13>one\ntwo" + b"<13>three\n" + b"1709560000.123 squid line\n" + b"8 <13>fo")
            sender.sendall(b"ur<13>no line end")
        until(lambda: listener.counted.messages == 5)
    assert spooled(tmp_path) == [
        b"<13>one#012two",
        b"<13>three",
        b"1709560000.123 squid line",
        b"<13>four",
        b"<13>no line end",
    ]


def test_two_connections_do_not_mix_their_messages(tmp_path: Path) -> None:
    with listening(tmp_path, "tcp") as listener:
        where = ("127.0.0.1", listener.port)
        with socket.create_connection(where) as one, socket.create_connection(where) as two:
            for part in [b"<13>%c%d ", b"end\n"] * 100:
                one.sendall(part % (b"a", 1) if b"%" in part else part)
                two.sendall(part % (b"b", 1) if b"%" in part else part)
        until(lambda: listener.counted.messages == 200)
    assert {line[4:5] + line[-3:] for line in spooled(tmp_path)} == {b"aend", b"bend"}


@given(st.lists(st.binary(min_size=1, max_size=60).map(lambda b: b"<1>" + b.strip(b"\r\n\0")), max_size=8), st.data())
def test_octet_counted_messages_come_out_whole_however_they_are_cut(messages: list[bytes], data: st.DataObject) -> None:
    wire = b"".join(b"%d %b" % (len(message), message) for message in messages)
    deframer, found, position = Deframer(), [], 0
    while position < len(wire):
        step = data.draw(st.integers(1, 30))
        found += deframer.feed(wire[position : position + step])
        position += step
    assert found + deframer.finish() == messages


@given(st.binary(max_size=3_000))
def test_no_bytes_upset_the_framing(noise: bytes) -> None:
    deframer = Deframer(largest=100)
    found = deframer.feed(noise) + deframer.finish()
    assert all(0 < len(message) <= 110 for message in found)


def test_a_message_without_end_is_cut_and_counted() -> None:
    deframer = Deframer(largest=1000)
    assert [len(message) for message in deframer.feed(b"x" * 2_500)] == [1000, 1000]
    assert deframer.cut == 2


def test_an_octet_count_of_petabytes_takes_no_memory() -> None:
    deframer = Deframer(largest=1000)
    assert deframer.feed(b"9999999999 <13>" + b"x" * 5_000)
    assert len(deframer.finish()[0]) < 1100


def test_a_full_spool_says_how_much_it_turned_away(tmp_path: Path) -> None:
    with listening(tmp_path, spool=Spool(tmp_path, most=1_000)) as listener:
        send_udp(listener.port, [b"x" * 99] * 30)
        until(lambda: listener.counted.messages == 30)
        assert listener.counted.full == 20
    assert len(spooled(tmp_path)) == 10


def test_what_the_kernel_drops_is_counted() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        receiver.bind(("127.0.0.1", 0))
        assert kernel_drops(receiver) == 0
        send_udp(receiver.getsockname()[1], [b"x" * 500] * 200)
        assert (kernel_drops(receiver) or 0) > 100


def test_a_listener_says_until_when_it_lived(tmp_path: Path) -> None:
    assert heard_at(tmp_path) is None
    with listening(tmp_path):
        until(lambda: heard_at(tmp_path) is not None)
    assert abs((heard_at(tmp_path) or 0) - now_ms()) < 5_000


def test_more_connections_than_we_hold_are_turned_away_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("producers.transports.syslog_listener.MOST_CONNECTIONS", 2)
    with listening(tmp_path, "tcp") as listener:
        held = [socket.create_connection(("127.0.0.1", listener.port)) for _ in range(3)]
        until(lambda: listener.counted.turned_away == 1)
        for connection in held:
            connection.close()


def test_an_address_in_use_is_said_with_its_source(tmp_path: Path) -> None:
    with listening(tmp_path / "a") as taken, pytest.raises(OSError, match="in use"):
        Listener("b", f"udp://127.0.0.1:{taken.port}", Spool(tmp_path / "b"), now_ms)

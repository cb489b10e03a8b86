"""Syslog through real sockets into a spool on disk, and from there to events; what is turned away is counted."""

import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from threading import Thread

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from model.clock import now_ms
from model.district import Limits, load_district
from producers.listen import Post, counted
from producers.source import Hearing, sources_of
from producers.transports.spool import Receipts, Spool, heard_at, segments
from producers.transports.syslog_framing import Deframer
from producers.transports.syslog_listener import EVERYBODY, Listener, kernel_drops
from tests.support.small_logs import squid_line

HEAD = b"<134>Mar  4 15:00:00 proxy1 squid[77]: "


@contextmanager
def listening(
    folder: Path,
    scheme: str = "udp",
    spool: Spool | None = None,
    hearing: Hearing = EVERYBODY,
    now: Callable[[], int] = now_ms,
) -> Iterator[Listener]:
    """A listener on a free port, served by a thread until the block ends."""
    listener = Listener("proxy", f"{scheme}://127.0.0.1:0", spool or Spool(folder), now, hearing)
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


def test_a_nul_between_two_messages_ends_the_first() -> None:
    assert Deframer().feed(b"<13>one\0<13>two\n\0") == [b"<13>one", b"<13>two"]


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


INSIDE = Hearing(allow=(ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")))
LOOPBACK = Hearing(allow=(ip_network("127.0.0.0/8"),))


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
def test_an_address_that_is_not_allowed_is_turned_away_and_counted(tmp_path: Path, scheme: str) -> None:
    with listening(tmp_path, scheme, hearing=INSIDE) as listener:
        speak(listener, scheme, b"<13>forged\n")
        until(lambda: listener.counted.not_allowed == 1)
    assert spooled(tmp_path) == []


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
def test_an_address_that_is_allowed_is_kept_with_its_messages(tmp_path: Path, scheme: str) -> None:
    with listening(tmp_path, scheme, hearing=LOOPBACK) as listener:
        speak(listener, scheme, b"<13>true\n")
        until(lambda: listener.counted.messages == 1)
    assert spooled(tmp_path) == [b"<13>true"]
    assert Receipts(segments(tmp_path)[0]).peer(0) == "127.0.0.1"


def speak(listener: Listener, scheme: str, words: bytes) -> None:
    if scheme == "udp":
        send_udp(listener.port, [words])
        return
    with suppress(ConnectionError), socket.create_connection(("127.0.0.1", listener.port)) as sender:
        sender.sendall(words)


def test_each_message_keeps_its_own_peer_and_notes_of_an_older_listener_are_read(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for peer in ("10.1.0.2", "10.1.0.3", "10.1.0.2"):
        spool.append([b"from " + peer.encode()], 1_795_000_000_000, peer)
    spool.close()
    segment = segments(tmp_path)[0]
    receipts, offset = Receipts(segment), 0
    for line in segment.read_bytes().splitlines(keepends=True):
        assert receipts.peer(offset) == line.split()[1].decode()
        offset += len(line)
    next(tmp_path.glob(".*.times")).write_bytes(b"0 1795000000000\n")
    assert Receipts(segment).peer(0) is None
    assert Receipts(segment).at(0) is not None


def dialed(listener: Listener) -> socket.socket:
    return socket.create_connection(("127.0.0.1", listener.port), timeout=10)


def test_over_udp_what_one_address_sends_too_fast_is_dropped_and_counted(tmp_path: Path) -> None:
    hearing = Hearing(limits=Limits(messages_per_second=10))
    with listening(tmp_path, hearing=hearing, now=lambda: 1_000) as listener:
        send_udp(listener.port, [b"<13>flood"] * 50)
        until(lambda: listener.counted.messages + listener.counted.too_fast == 50)
    assert (listener.counted.messages, listener.counted.too_fast) == (10, 40)


def test_over_tcp_what_one_address_sends_too_fast_waits_and_nothing_is_lost(tmp_path: Path) -> None:
    hearing = Hearing(limits=Limits(messages_per_second=10))
    with listening(tmp_path, "tcp", hearing=hearing) as listener, dialed(listener) as sender:
        for _ in range(3):
            sender.sendall(b"<13>steady\n" * 10)
            time.sleep(0.1)
        until(lambda: listener.counted.messages == 30)
    assert listener.counted.too_fast == 0


def test_one_address_has_so_many_connections_and_no_more(tmp_path: Path) -> None:
    with listening(tmp_path, "tcp", hearing=Hearing(limits=Limits(connections=2))) as listener:
        held = [socket.create_connection(("127.0.0.1", listener.port)) for _ in range(4)]
        until(lambda: listener.counted.turned_away == 2)
        held[0].close()
        until(lambda: len(listener._connections) == 1)
        with socket.create_connection(("127.0.0.1", listener.port)) as again:
            again.sendall(b"<13>in\n")
            until(lambda: listener.counted.messages == 1)
        for connection in held:
            connection.close()


def test_a_connection_that_says_nothing_is_ended_and_its_last_line_kept(tmp_path: Path) -> None:
    hearing = Hearing(limits=Limits(idle=timedelta(seconds=1)))
    with listening(tmp_path, "tcp", hearing=hearing) as listener, dialed(listener) as sender:
        sender.sendall(b"<13>last words")
        until(lambda: listener.counted.idle == 1)
        assert sender.recv(1) == b""
    assert spooled(tmp_path) == [b"<13>last words"]


def test_a_line_is_cut_at_the_length_of_its_source(tmp_path: Path) -> None:
    with listening(tmp_path, hearing=Hearing(limits=Limits(line_bytes=480))) as listener:
        send_udp(listener.port, [b"x" * 1000])
        until(lambda: listener.counted.messages == 3)
    assert listener.counted.cut == 2


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certified(authority: trustme.CA, tmp_path: Path) -> Hearing:
    """A listener's certificates, as files that district.yaml names."""
    own = authority.issue_cert("127.0.0.1")
    files = {name: tmp_path / f"{name}.pem" for name in ("cert", "key", "client_ca")}
    own.cert_chain_pems[0].write_to_path(files["cert"])
    own.private_key_pem.write_to_path(files["key"])
    authority.cert_pem.write_to_path(files["client_ca"])
    return Hearing(**files)


def client_context(authority: trustme.CA, signer: trustme.CA | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    if signer:
        signer.issue_cert("fw1.maple.example").configure_cert(context)
    return context


def send_tls(port: int, context: ssl.SSLContext, data: bytes) -> None:
    plain = socket.create_connection(("127.0.0.1", port), timeout=10)
    with plain, context.wrap_socket(plain, server_hostname="127.0.0.1") as sender:
        sender.sendall(data)
        sender.unwrap()


def test_syslog_over_tls_with_a_clients_certificate_is_taken_in(
    tmp_path: Path, authority: trustme.CA, certified: Hearing
) -> None:
    messages = [b"<13>one\ntwo", b"<13>" + b"x" * 50_000, "<13>grüße".encode()] * 20
    with listening(tmp_path / "spool", "tls", hearing=certified) as listener:
        wire = b"".join(b"%d %b" % (len(message), message) for message in messages)
        send_tls(listener.port, client_context(authority, authority), wire)
        until(lambda: listener.counted.messages == len(messages))
    assert spooled(tmp_path / "spool") == [message.replace(b"\n", b"#012") for message in messages]
    assert Receipts(segments(tmp_path / "spool")[0]).peer(0) == "127.0.0.1"


def test_a_caller_who_hangs_up_before_tls_begins_ends_nothing(tmp_path: Path, certified: Hearing) -> None:
    listener = Listener("proxy", "tls://127.0.0.1:0", Spool(tmp_path / "spool"), now_ms, certified)
    with socket.create_connection(("127.0.0.1", listener.port)) as caller:
        caller.sendall(b"10 <13>forged")
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    time.sleep(0.1)  # its reset has come, and nobody has accepted it
    listener.ready(listener.socket)
    assert listener.counted.refused == 1
    listener.close()


@pytest.mark.parametrize("signer", [None, trustme.CA()])
def test_without_a_certificate_of_the_districts_authority_nothing_is_taken_in(
    tmp_path: Path, authority: trustme.CA, certified: Hearing, signer: trustme.CA | None
) -> None:
    with listening(tmp_path / "spool", "tls", hearing=certified) as listener:
        with suppress(OSError):  # TLS 1.3 tells the client only when it reads
            send_tls(listener.port, client_context(authority, signer), b"10 <13>forged")
        until(lambda: listener.counted.refused == 1)
        with suppress(OSError), socket.create_connection(("127.0.0.1", listener.port)) as bare:
            bare.sendall(b"10 <13>forged")
            bare.recv(1)
        until(lambda: listener.counted.refused == 2)
    assert spooled(tmp_path / "spool") == []


def test_certificates_that_are_none_are_said_before_anything_is_heard(tmp_path: Path, certified: Hearing) -> None:
    assert certified.key
    certified.key.write_text("no key")
    with pytest.raises(OSError, match="PEM"):
        Listener("fw", "tls://127.0.0.1:0", Spool(tmp_path / "spool"), now_ms, certified)


YAML = """
id: maple-falls
name: Maple Falls
timezone: America/New_York
policy: union-ok
sources:
  - id: fw1
    product: squid
    listen: {{{listen}}}
    allow: [10.1.0.0/16]
    limits: {{messages_per_second: 500, idle: PT10M}}
"""


def test_district_yaml_says_to_whom_a_source_listens(tmp_path: Path) -> None:
    tls = 'syslog: "tls://127.0.0.1:6514", cert: own.pem, key: own.key, client_ca: ca.pem'
    district = load_district(YAML.format(listen=tls).encode())
    assert not isinstance(district, list), district
    hearing = sources_of(district, tmp_path, tmp_path / "spool")[0].hearing
    assert hearing.allow == (ip_network("10.1.0.0/16"),)
    assert (hearing.cert, hearing.client_ca) == (tmp_path / "own.pem", tmp_path / "ca.pem")
    assert (hearing.limits.messages_per_second, hearing.limits.idle) == (500, timedelta(minutes=10))


@pytest.mark.parametrize(
    ("listen", "words"),
    [
        ('syslog: "tls://127.0.0.1:6514", cert: a.pem', "tls:// needs client_ca, key"),
        ('syslog: "udp://127.0.0.1:5514", cert: a.pem', "cert means something with tls:// only"),
        ("cert: a.pem", "must look like"),
    ],
)
def test_a_listener_that_is_half_described_is_a_mistake(listen: str, words: str) -> None:
    found = load_district(YAML.format(listen=listen).encode())
    assert isinstance(found, list)
    assert any(words in mistake.problem for mistake in found), found


def test_what_was_turned_away_is_told_by_source(tmp_path: Path) -> None:
    with listening(tmp_path / "maple-falls" / "fw1", hearing=INSIDE) as listener:
        send_udp(listener.port, [b"<13>forged"])
        until(lambda: bool(counted(tmp_path)) and counted(tmp_path)[0]["not_allowed"] == 1)
    told = counted(tmp_path)[0]
    assert (told["district"], told["source"], told["port"]) == ("maple-falls", "fw1", listener.port)

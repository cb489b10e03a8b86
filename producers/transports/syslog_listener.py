"""Syslog over UDP, TCP and TLS into a spool; listening is a process of its own, so that no parser keeps it waiting."""

import os
import selectors
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import structlog

from producers.source import Hearing
from producers.transports.spool import Spool
from producers.transports.syslog_framing import Deframer
from producers.transports.syslog_peers import Peers, plain

RECEIVE_BUFFER = 16_000_000  # bytes the kernel may hold for us between two looks
MOST_CONNECTIONS = 512
GREETING_MS = 10_000  # within which TLS must be agreed upon
EVERYBODY = Hearing()
_DATAGRAM, _PIECE, _AT_ONCE = 65_536, 262_144, 1_000

log = structlog.get_logger()


@dataclass
class Counted:
    """What a listener has received and what it had to turn away, since it began."""

    messages: int = 0
    cut: int = 0  # longer than the source's line_bytes: kept in pieces
    full: int = 0  # turned away: the spool was full
    dropped: int = 0  # dropped by the kernel before we saw them, where /proc tells
    turned_away: int = 0  # connections beyond the most, of all addresses or of one
    not_allowed: int = 0  # datagrams and connections of addresses that the source's `allow` does not hold
    too_fast: int = 0  # datagrams beyond the source's messages_per_second
    refused: int = 0  # TLS connections without a certificate that the source's client_ca has signed
    idle: int = 0  # connections ended because they said nothing


@dataclass
class _Connection:
    peer: str
    deframer: Deframer
    heard_ms: int
    greeted: bool = True  # whether TLS is agreed upon


class Listener:
    """One source's socket, UDP, TCP or TLS by the scheme of `url`, and the spool it fills.

    Raises OSError: not free, or certificates that are none.
    """

    def __init__(
        self, source_id: str, url: str, spool: Spool, now_ms: Callable[[], int], hearing: Hearing = EVERYBODY
    ) -> None:
        where = urlsplit(url)
        self.source_id, self.spool, self.counted = source_id, spool, Counted()
        self._now_ms, self._hearing, self._peers = now_ms, hearing, Peers(hearing)
        self._stream = where.scheme in ("tcp", "tls")
        self._tls = server_context(hearing) if where.scheme == "tls" else None
        self._connections: dict[socket.socket, _Connection] = {}
        self._waiting: list[socket.socket] = []  # spoke too fast; read on later
        self._said = Counted()
        self.socket = self._bind(where.hostname or "127.0.0.1", where.port or 514)
        self.port: int = self.socket.getsockname()[1]

    def _bind(self, host: str, port: int) -> socket.socket:
        kind = socket.SOCK_STREAM if self._stream else socket.SOCK_DGRAM
        family = socket.getaddrinfo(host, port, type=kind)[0][0]
        bound = socket.socket(family, kind | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        if self._stream:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            _widen(bound)
        bound.bind((host, port))
        if self._stream:
            bound.listen(128)
        return bound

    def register(self, selector: selectors.BaseSelector) -> None:
        """Have `ready` called when something comes."""
        self._selector = selector
        selector.register(self.socket, selectors.EVENT_READ, self)

    def ready(self, where: socket.socket) -> None:
        """Take in what has come at the socket or at one of its connections."""
        if not self._stream:
            self._datagrams()
        elif where is self.socket:
            self._accept()
        elif where in self._connections:
            self._receive(where, self._connections[where])

    def _datagrams(self) -> None:
        came: list[tuple[str, bytes]] = []
        while len(came) < _AT_ONCE:
            try:
                message, sender = self.socket.recvfrom(_DATAGRAM)
            except BlockingIOError:
                break
            if message := message.strip(b"\r\n\0"):
                came.append((plain(sender[0]), message))
        for peer, messages in groupby(came, key=lambda one: one[0]):
            self._admit(peer, [message for _, message in messages])

    def _admit(self, peer: str, messages: list[bytes]) -> None:
        if not self._peers.may_speak(peer):
            self.counted.not_allowed += len(messages)
            return
        left = self._peers.left(peer, self._now_ms())
        self.counted.too_fast += max(0, len(messages) - left)
        self._keep(peer, [piece for message in messages[:left] for piece in self._pieces(message)])

    def _pieces(self, message: bytes) -> list[bytes]:
        most = self._hearing.limits.line_bytes
        self.counted.cut += (len(message) - 1) // most
        return [message[at : at + most] for at in range(0, len(message), most)]

    def _accept(self) -> None:
        try:
            connection, sender = self.socket.accept()
        except OSError:  # it hung up before we came to it
            return
        peer = plain(sender[0])
        if not self._peers.may_speak(peer):
            self.counted.not_allowed += 1
        elif len(self._connections) >= MOST_CONNECTIONS or not self._peers.connect(peer):
            self.counted.turned_away += 1
        else:
            self._take_on(connection, peer)
            return
        connection.close()

    def _take_on(self, connection: socket.socket, peer: str) -> None:
        connection.setblocking(False)
        if self._tls:
            try:
                connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            except OSError as error:  # it sent something and hung up before we came to it
                self._refuse(connection, peer, error)
                return
        deframer = Deframer(self._hearing.limits.line_bytes)
        self._connections[connection] = _Connection(peer, deframer, self._now_ms(), greeted=self._tls is None)
        self._selector.register(connection, selectors.EVENT_READ, self)

    def _refuse(self, connection: socket.socket, peer: str, error: OSError) -> None:
        self.counted.refused += 1
        log.warning("TLS refused", source=self.source_id, peer=peer, reason=str(error))
        self._peers.disconnect(peer)
        connection.close()

    def _receive(self, connection: socket.socket, known: _Connection) -> None:
        if not known.greeted and not self._greet(connection, known):
            return
        if not self._peers.left(known.peer, self._now_ms()):
            self._selector.unregister(connection)
            self._waiting.append(connection)
            return
        data = _read(connection)
        if data is None:
            return
        known.heard_ms = self._now_ms()
        self._keep(known.peer, known.deframer.feed(data) if data else known.deframer.finish())
        if not data:
            self._hang_up(connection)

    def _greet(self, connection: socket.socket, known: _Connection) -> bool:
        try:
            cast(ssl.SSLSocket, connection).do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except OSError as error:
            self.counted.refused += 1
            log.warning("TLS refused", source=self.source_id, peer=known.peer, reason=str(error))
            self._hang_up(connection)
            return False
        known.greeted = True
        return True

    def _hang_up(self, connection: socket.socket) -> None:
        known = self._connections.pop(connection)
        self.counted.cut += known.deframer.cut
        self._peers.disconnect(known.peer)
        if connection in self._waiting:
            self._waiting.remove(connection)
        else:
            self._selector.unregister(connection)
        if known.greeted and isinstance(connection, ssl.SSLSocket):
            with suppress(OSError):  # a courtesy (RFC 5425, 4.4): a peer that is gone does not get it
                connection.unwrap()
        connection.close()

    def _keep(self, peer: str, messages: list[bytes]) -> None:
        if not messages:
            return
        self._peers.said(peer, len(messages))
        try:
            self.counted.full += self.spool.append(messages, self._now_ms(), peer)
        except OSError as error:
            self.counted.full += len(messages)
            log.error("spool not written", source=self.source_id, error=str(error), lost=len(messages))
        self.counted.messages += len(messages)

    def look(self) -> None:
        """Once a second: make durable, say that we live, count what the kernel dropped, say what was turned away."""
        self.spool.keep_alive()
        if not self._stream:
            self.counted.dropped = kernel_drops(self.socket) or self.counted.dropped
        self._go_on()
        self._end_idle()
        self._say()

    def _go_on(self) -> None:
        waiting, self._waiting = self._waiting, []
        for connection in waiting:
            self._selector.register(connection, selectors.EVENT_READ, self)
            self.ready(connection)  # TLS may hold data that the selector does not see

    def _end_idle(self) -> None:
        now, idle_ms = self._now_ms(), self._hearing.limits.idle.total_seconds() * 1000
        for connection, known in list(self._connections.items()):
            if now - known.heard_ms > (idle_ms if known.greeted else GREETING_MS):
                self.counted.idle += 1
                self._keep(known.peer, known.deframer.finish())
                self._hang_up(connection)

    def _say(self) -> None:
        now = {name: count for name, count in asdict(self.counted).items() if name not in ("messages", "cut")}
        before = asdict(self._said)
        if more := {name: count for name, count in now.items() if count != before[name]}:
            lost = more.keys() & {"full", "dropped", "too_fast"}
            (log.error if lost else log.warning)("turned away", source=self.source_id, **more)
        self._said = replace(self.counted)

    def close(self) -> None:
        """Take what has come, then let go."""
        for connection, known in list(self._connections.items()):
            self._keep(known.peer, known.deframer.finish())
            self._hang_up(connection)
        self.socket.close()
        self.spool.close()


def server_context(hearing: Hearing) -> ssl.SSLContext:
    """TLS as RFC 5425 and 9662 ask: 1.2 or later, and both sides show a certificate. Raises OSError (ssl.SSLError)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(str(hearing.cert), str(hearing.key))
    context.load_verify_locations(str(hearing.client_ca))
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _read(connection: socket.socket) -> bytes | None:
    """What has come, all that TLS holds included; empty: it hung up; None: nothing yet."""
    data = _piece(connection)
    while data and isinstance(connection, ssl.SSLSocket) and connection.pending():
        more = _piece(connection)
        if not more:  # what came before is kept; that it hung up is seen at the next look
            break
        data += more
    return data


def _piece(connection: socket.socket) -> bytes | None:
    try:
        return connection.recv(_PIECE)
    except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
        return None
    except OSError:
        return b""


def _widen(bound: socket.socket) -> None:
    try:  # beyond the system's limit, where we may
        bound.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_RCVBUFFORCE", 33), RECEIVE_BUFFER)
    except PermissionError:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)


def kernel_drops(bound: socket.socket) -> int | None:
    """Datagrams the kernel dropped at this socket, from /proc/net/udp and udp6; None where there is no such file."""
    inode = str(os.fstat(bound.fileno()).st_ino)
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except FileNotFoundError:
            continue
        for row in rows:
            columns = row.split()
            if columns[9] == inode:
                return int(columns[12])
    return None

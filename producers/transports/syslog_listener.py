"""Syslog over UDP and TCP into a spool; listening is a process of its own, so that no parser keeps it waiting."""

import os
import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from producers.transports.spool import Spool
from producers.transports.syslog_framing import LARGEST, Deframer

RECEIVE_BUFFER = 16_000_000  # bytes the kernel may hold for us between two looks
MOST_CONNECTIONS = 512
_DATAGRAM, _PIECE, _AT_ONCE = 65_536, 262_144, 1_000

log = structlog.get_logger()


@dataclass
class Counted:
    """What a listener has received and what it had to turn away, since it began."""

    messages: int = 0
    cut: int = 0  # longer than 1 MB: kept in pieces
    full: int = 0  # turned away: the spool was full
    dropped: int = 0  # dropped by the kernel before we saw them, where /proc tells
    turned_away: int = 0  # connections beyond the most


class Listener:
    """One source's socket, UDP or TCP by the scheme of `url`, and the spool it fills. Raises OSError: not free."""

    def __init__(self, source_id: str, url: str, spool: Spool, now_ms: Callable[[], int]) -> None:
        where = urlsplit(url)
        self.source_id, self.spool, self.counted = source_id, spool, Counted()
        self._now_ms = now_ms
        self._stream = where.scheme == "tcp"
        self._connections: dict[socket.socket, Deframer] = {}
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
        else:
            self._receive(where)

    def _datagrams(self) -> None:
        messages: list[bytes] = []
        while len(messages) < _AT_ONCE:
            try:
                message = self.socket.recv(_DATAGRAM)
            except BlockingIOError:
                break
            if message := message.strip(b"\r\n\0"):
                messages.append(message)
        self._keep(messages)

    def _accept(self) -> None:
        connection, _ = self.socket.accept()
        if len(self._connections) >= MOST_CONNECTIONS:
            self.counted.turned_away += 1
            connection.close()
            return
        connection.setblocking(False)
        self._connections[connection] = Deframer(LARGEST)
        self._selector.register(connection, selectors.EVENT_READ, self)

    def _receive(self, connection: socket.socket) -> None:
        deframer = self._connections[connection]
        try:
            data = connection.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._keep(deframer.feed(data) if data else deframer.finish())
        if not data:
            self.counted.cut += deframer.cut
            self._hang_up(connection)

    def _hang_up(self, connection: socket.socket) -> None:
        del self._connections[connection]
        self._selector.unregister(connection)
        connection.close()

    def _keep(self, messages: list[bytes]) -> None:
        if not messages:
            return
        try:
            self.counted.full += self.spool.append(messages, self._now_ms())
        except OSError as error:
            self.counted.full += len(messages)
            log.error("spool not written", source=self.source_id, error=str(error), lost=len(messages))
        self.counted.messages += len(messages)

    def look(self) -> None:
        """Once a second: make durable, say that we live, count what the kernel dropped, say what was lost."""
        self.spool.keep_alive()
        if not self._stream:
            self.counted.dropped = kernel_drops(self.socket) or self.counted.dropped
        if (self.counted.full, self.counted.dropped) != (self._said.full, self._said.dropped):
            said = {"full": self.counted.full, "dropped_by_kernel": self.counted.dropped}
            log.error("messages lost before the spool", source=self.source_id, **said)
            self._said = Counted(full=self.counted.full, dropped=self.counted.dropped)

    def close(self) -> None:
        """Take what has come, then let go."""
        for connection in list(self._connections):
            self._keep(self._connections[connection].finish())
            self._hang_up(connection)
        self.socket.close()
        self.spool.close()


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

"""The mark that our own processes put on what they send to Kafka, so that a stranger's record is told apart.

A mark is an HMAC over the record's place of origin (topic, partition), its key, its headers and its content. Among the
headers stands a serial number, so that a record of ours that somebody copies to a later place is told apart, too.
"""

import hmac
import os
import re
import secrets
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Protocol

from model.clock import now_ms

HEADER, SERIAL = "mark", "serial"
LENGTH = 16  # bytes of a mark
IDLE_MS = 3_600_000  # a writer that was quiet for so long goes on under a new name: readers forget the old ones
_SERIAL = re.compile(rb"([0-9a-f]{20}):([0-9]{1,18})")
Headers = list[tuple[str, bytes]]


class Sent(Protocol):
    """What of a Kafka record is marked."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Iterable[tuple[str, bytes]]


class Serial(NamedTuple):
    """Who sent a record, and its number among theirs. Numbers grow, and may leave some out."""

    writer: str
    number: int

    @property
    def header(self) -> tuple[str, bytes]:
        """As a header of the record."""
        return SERIAL, b"%s:%d" % (self.writer.encode(), self.number)


def new_writer() -> str:
    """A name for one process's records: when it began (ms), and chance. Later ones sort behind earlier ones."""
    return f"{now_ms():012x}{secrets.token_hex(4)}"


def serial_of(headers: Iterable[tuple[str, bytes]]) -> Serial | None:
    """The serial number that a record says it has."""
    found = _SERIAL.fullmatch(dict(headers).get(SERIAL) or b"")
    return Serial(found[1].decode(), int(found[2])) if found else None


def mark(key: bytes, topic: str, partition: int, owner: bytes | None, headers: Headers, value: bytes | None) -> bytes:
    """The mark of a record: HMAC-SHA256, cut to 16 bytes, over where it goes and all it holds but the mark itself."""
    said = [part for name, content in headers if name != HEADER for part in (name.encode(), content or b"")]
    parts = (topic.encode(), b"%d" % partition, owner or b"", b"%d" % len(said), *said, value or b"")
    told = b"".join([piece for part in parts for piece in (len(part).to_bytes(8, "big"), part)])
    return hmac.digest(key, told, "sha256")[:LENGTH]  # at once: quicker than piece by piece


def is_marked(key: bytes, record: Sent) -> bool:
    """Whether a record bears the mark that this key makes."""
    headers = list(record.headers or ())
    made = mark(key, record.topic, record.partition, record.key, headers, record.value)
    return hmac.compare_digest(made, dict(headers).get(HEADER) or b"")  # a stranger's header may have no value


def name_of(record: Sent) -> bytes:
    """What names a record's content: its mark, which was made of it; of one without a mark, a hash."""
    said = dict(record.headers or ()).get(HEADER)
    return said or sha256(record.value or b"").digest()[:LENGTH]


class Marker:
    """Marks the records of one process for one topic after another. Not for several threads at once."""

    def __init__(self) -> None:
        self._writer, self._number, self._used_at = new_writer(), 0, now_ms()

    def marked(
        self, key: bytes, topic: str, partition: int, owner: bytes | None, headers: Headers, value: bytes | None
    ) -> Headers:
        """The headers with the next serial number and the mark."""
        if now_ms() - self._used_at > IDLE_MS:
            self._writer, self._number = new_writer(), 0
        self._number, self._used_at = self._number + 1, now_ms()
        return with_mark(key, topic, partition, owner, [*headers, Serial(self._writer, self._number).header], value)


def with_mark(
    key: bytes, topic: str, partition: int, owner: bytes | None, headers: Headers, value: bytes | None
) -> Headers:
    """The headers and the mark over all of it."""
    return [*headers, (HEADER, mark(key, topic, partition, owner, headers, value))]


def made_once(path: Path, fresh: bytes) -> bytes:
    """What the file holds, for its owner's eyes only; `fresh` where there is none. Two at once get the same."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(fresh)
        os.fsync(file.fileno())
    try:
        os.link(scratch, path)  # fails where another process was quicker
    except FileExistsError:
        return path.read_bytes()
    finally:
        scratch.unlink()
    return fresh

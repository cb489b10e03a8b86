"""The mark that our own processes put on what they send between topics, so that a stranger's record is told apart."""

import os
import secrets
from collections.abc import Iterable
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path

HEADER = "mark"
_MARKED = ("kind", "epoch")


def marks_key(home: Path) -> bytes:
    """The key of the marks, in the home; made at the first call."""
    return made_once(home / "ledger" / "marks.key", secrets.token_bytes(32))


def mark(key: bytes, topic: str, owner: bytes, headers: Iterable[tuple[str, bytes]], value: bytes) -> bytes:
    """The mark of a Kafka record: keyed BLAKE2b over topic, key, kind, epoch and content."""
    said = dict(headers)
    parts = (topic.encode(), owner, *(said.get(name, b"") for name in _MARKED))
    keyed = blake2b(key=key, digest_size=16)
    for part in (*parts, value):
        keyed.update(len(part).to_bytes(8, "big"))
        keyed.update(part)
    return keyed.digest()


def is_marked(key: bytes, topic: str, owner: bytes, headers: Iterable[tuple[str, bytes]], value: bytes) -> bool:
    """Whether the record bears the mark of this installation."""
    given = list(headers)
    found = dict(given).get(HEADER, b"")
    return compare_digest(mark(key, topic, owner, given, value), bytes(found))


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

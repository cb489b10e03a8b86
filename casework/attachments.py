"""Files that belong to cases: kept in the home under their SHA-256, apart from the store, and read back only whole."""

import fcntl
import os
import secrets
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = "attachments"
LARGEST = 500_000_000  # bytes of one file
_UNFINISHED = ".unfinished"


class AttachmentLost(ValueError):
    """A file that is no longer there, or no longer what it was; the message says which."""


def keep(home: Path, content: bytes) -> str:
    """Keep a file, once however often it comes; answers its SHA-256. Raises OSError."""
    digest = sha256(content).hexdigest()
    path = home / FOLDER / digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun = path.with_name(f"{digest}.{secrets.token_hex(4)}{_UNFINISHED}")
    descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(path)
    return digest


@contextmanager
def adding(home: Path, name: str, content: bytes, received_from: str) -> Iterator[dict[str, Any]]:
    """Keep a file, and answer what `case.attached` says of it: to be decided within. Raises OSError.

    Until the block ends nobody destroys a file that no case is known to have.
    """
    with _locked(home, fcntl.LOCK_SH):
        told = {"name": Path(name).name, "sha256": keep(home, content), "size": len(content)}
        yield {**told, "received_from": received_from}


@contextmanager
def _locked(home: Path, how: int) -> Iterator[None]:
    """Waits for its turn. A process that is killed lets go of it."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def kept(home: Path, digest: str, name: str) -> bytes:
    """The content; raises `AttachmentLost`."""
    path = home / FOLDER / digest
    if not path.is_file():
        raise AttachmentLost(f"the file {name} of the case is missing: {path}. Restore it from a backup of the home")
    content = path.read_bytes()
    if sha256(content).hexdigest() != digest:
        raise AttachmentLost(f"the file {name} of the case was changed since it was added: {path}")
    return content


def destroy(home: Path, digests: Sequence[str], still: Callable[[], Container[str]]) -> None:
    """Remove those of the files that no case has, and what a killed process left unfinished of any. Raises OSError.

    `still` tells which a case has; it is asked while nobody adds one. A file that is gone already is as it should be.
    """
    folder = home / FOLDER
    with _locked(home, fcntl.LOCK_EX):
        kept = still() if digests else ()
        gone = [folder / one for one in digests if one not in kept]
        for path in (*gone, *folder.glob(f"*{_UNFINISHED}")):
            path.unlink(missing_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

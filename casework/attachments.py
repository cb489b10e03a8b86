"""Files that belong to cases: kept in the home under their SHA-256, apart from the store, and read back only whole."""

import os
import secrets
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = "attachments"
LARGEST = 500_000_000  # bytes of one file


class AttachmentLost(ValueError):
    """A file that is no longer there, or no longer what it was; the message says which."""


def keep(home: Path, content: bytes) -> str:
    """Keep a file, once however often it comes; answers its SHA-256. Raises OSError."""
    digest = sha256(content).hexdigest()
    path = home / FOLDER / digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun = path.with_name(f"{digest}.{secrets.token_hex(4)}.unfinished")
    descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    begun.replace(path)
    return digest


def added(home: Path, name: str, content: bytes, received_from: str) -> dict[str, Any]:
    """Keep a file, and answer what `case.attached` says of it. Raises OSError."""
    told = {"name": Path(name).name, "sha256": keep(home, content), "size": len(content)}
    return {**told, "received_from": received_from}


def kept(home: Path, digest: str, name: str) -> bytes:
    """The content; raises `AttachmentLost`."""
    path = home / FOLDER / digest
    if not path.is_file():
        raise AttachmentLost(f"the file {name} of the case is missing: {path}. Restore it from a backup of the home")
    content = path.read_bytes()
    if sha256(content).hexdigest() != digest:
        raise AttachmentLost(f"the file {name} of the case was changed since it was added: {path}")
    return content


def destroy(home: Path, digests: Iterable[str]) -> None:
    """Remove files that no case has any more; one that is gone already is as it should be. Raises OSError."""
    folder = home / FOLDER
    for digest in digests:
        (folder / digest).unlink(missing_ok=True)
    if folder.exists():
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

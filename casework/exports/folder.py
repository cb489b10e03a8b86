"""Writes a signed folder: all of it or nothing, and never into a folder that holds something."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath

from casework.exports.manifest import KEY, MANIFEST, README, About, Manifest, signed_manifest
from storage.ledger.keys import Signer, public_pem

CHECK = """How to check it
---------------
manifest.json holds the SHA-256 of every file in this folder, what was asked, who made it and when. It is signed
with the Ed25519 key {key_id} of the installation that made it.

1. With the program, on any computer, without its store and without a network:
       hallmonitor verify FOLDER --key installation.pem
   Ask the district for installation.pem (`hallmonitor ledger key` prints it) in another way than this folder. The
   file key.pem in this folder is the same key; who changed the folder could have changed key.pem, too.
2. By hand: `sha256sum FILE` must give the value that manifest.json names for it. Every file must be named there.
   The signature is over the fields of manifest.json but `signature`, as JSON in UTF-8 with sorted names and no blanks.
3. A file below proofs/ proves that a row is as it was sealed: `hallmonitor ledger check FILE --key installation.pem`.
"""


class ExportRefused(ValueError):
    """A folder that cannot be written there; the message says why."""


def refuse_unless_empty(out: Path) -> None:
    """Raises `ExportRefused` unless `out` is absent or an empty folder. Call it before the work begins."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise ExportRefused(f"{out} is a file, not a folder: choose another name")
    if out.is_dir() and any(out.iterdir()):
        raise ExportRefused(f"{out} is not empty: choose another folder, so that nothing of two exports is mixed")
    if out.is_mount():
        raise ExportRefused(f"{out} is a disk of its own: choose a folder on it")


def write_folder(
    out: Path, files: Mapping[str, bytes | Path], about: About, readme: Sequence[str], signer: Signer
) -> Manifest:
    """Write the files, README.txt, key.pem and the signed manifest.json into `out`; answers the manifest.

    `files`: content by name, relative and with `/`; a large one may lie in a file, which is copied.
    `readme`: paragraphs. The folder appears at once when all of it is on the disk; what was begun is taken away again.
    Raises `ExportRefused` and OSError.
    """
    refuse_unless_empty(out)
    whole: dict[str, bytes | Path] = {
        **files, README: _readme(about, readme, signer), KEY: public_pem(signer.public).encode(),
    }  # fmt: skip
    if len(whole) != len(files) + 2 or MANIFEST in files:
        raise ExportRefused(f"{README}, {KEY} and {MANIFEST} are written by the export itself")
    made = signed_manifest(about, {name: _digest(whole[name]) for name in sorted(whole)}, signer)
    out.parent.mkdir(parents=True, exist_ok=True)
    begun = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".unfinished", dir=out.parent))
    try:
        for name, content in {**whole, MANIFEST: made.content}.items():
            _write(begun, name, content)
        _move(begun, out)
    finally:
        shutil.rmtree(begun, ignore_errors=True)
    return made


@contextmanager
def taken_back(out: Path) -> Iterator[None]:
    """Takes the folder away again where the block raises: what could not be recorded does not leave."""
    try:
        yield
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def is_safe(name: str) -> bool:
    """Whether a name stays inside its folder and is written in one way only."""
    parts = PurePosixPath(name).parts
    return bool(parts) and "/".join(parts) == name and ".." not in parts and not name.startswith("/")


def _readme(about: About, readme: Sequence[str], signer: Signer) -> bytes:
    head = f"{about.kind.replace('_', ' ').capitalize()} of {about.district}, made by {about.made_by}, {about.made_at}"
    return "\n".join([head, "", *(f"{one}\n" for one in readme), CHECK.format(key_id=signer.key_id)]).encode()


def _digest(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return sha256(content).hexdigest()
    with content.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _write(folder: Path, name: str, content: bytes | Path) -> None:
    if not is_safe(name):
        raise ExportRefused(f"{name!r} is not the name of a file in the folder")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with content.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


def _move(begun: Path, out: Path) -> None:
    """Into its place at once; an empty folder there gives way, another process's export does not."""
    try:
        begun.rename(out)
    except OSError as error:
        refuse_unless_empty(out)
        raise error

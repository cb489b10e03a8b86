"""The check of a signed folder: each file as the manifest names it, the signature, the proofs; no store, no network.

Everything in the folder may be forged: nothing is followed out of it, and nothing is believed unread.
"""

import os
import stat
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from casework.exports.folder import is_safe
from casework.exports.manifest import KEY, MANIFEST, PROOFS, Manifest, why_not_signed
from storage.ledger.keys import NotAKey, read_public
from storage.ledger.proof import Proof, why_not

Status = Literal["intact", "changed", "missing", "added"]
Whose = Literal["given", "installation", "folder", "none"]
_MOST = 64_000_000  # bytes of a manifest or a proof


class FileCheck(msgspec.Struct, frozen=True):
    """What became of one file."""

    file: str
    status: Status


class FolderCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What came of the check. `key` is whose public key was used; `says`: what is wrong, in words."""

    folder: str
    intact: bool
    kind: str = ""
    district: str = ""
    made_by: str = ""
    made_at: str = ""
    ledger_root: str | None = None
    key_id: str = ""
    key: Whose = "none"
    files: list[FileCheck] = []
    says: list[str] = []


class Keys(msgspec.Struct, frozen=True):
    """The public keys that may be compared with: one that was given, else the installation's own where it has one."""

    given: Ed25519PublicKey | None = None
    installation: Ed25519PublicKey | None = None


def check_folder(folder: Path, keys: Keys) -> FolderCheck:
    """Compare a folder with its manifest; raises OSError where the folder itself cannot be read."""
    present = dict(_entries(folder))
    manifest = _manifest(folder, present)
    if isinstance(manifest, str):
        return FolderCheck(folder=str(folder), intact=False, says=[manifest])
    public, whose = _key(folder, present, keys)
    files = _compared(folder, present, manifest)
    says = [said for said in (_signature(manifest, public),) if said]
    says += [*_proofs(folder, files, public)] if public else []
    return FolderCheck(
        folder=str(folder),
        intact=not says and all(one.status == "intact" for one in files),
        kind=manifest.kind,
        district=manifest.district,
        made_by=manifest.made_by,
        made_at=manifest.made_at,
        ledger_root=manifest.ledger_root,
        key_id=manifest.key_id,
        key=whose,
        files=files,
        says=says,
    )


def _entries(folder: Path) -> Iterator[tuple[str, bool]]:
    """Name and whether it is an ordinary file, of all that lies in a folder; links are named and not followed."""
    for place, folders, files in os.walk(folder, onerror=_raise):
        links = [name for name in folders if Path(place, name).is_symlink()]
        for path in (Path(place, name) for name in sorted([*files, *links])):
            yield path.relative_to(folder).as_posix(), stat.S_ISREG(path.lstat().st_mode)


def _raise(error: OSError) -> None:
    raise error


def _manifest(folder: Path, present: dict[str, bool]) -> Manifest | str:
    """The manifest, or why there is none to be read."""
    if not present.get(MANIFEST):
        return f"there is no {MANIFEST}: this is no folder that was exported, or it was taken away"
    content = _read(folder / MANIFEST)
    try:
        found = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return f"{MANIFEST} cannot be read: {error}"
    if found.content != content:
        return f"{MANIFEST} was changed: it is not written as it was signed"
    return found


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST)


def _key(folder: Path, present: dict[str, bool], keys: Keys) -> tuple[Ed25519PublicKey | None, Whose]:
    if keys.given:
        return keys.given, "given"
    if keys.installation:
        return keys.installation, "installation"
    try:
        return (read_public(folder / KEY), "folder") if present.get(KEY) else (None, "none")
    except NotAKey:
        return None, "none"


def _signature(manifest: Manifest, public: Ed25519PublicKey | None) -> str | None:
    if public is None:
        return f"there is no public key to check the signature with: {KEY} is missing or no key; give one with --key"
    return why_not_signed(manifest, public)


def _compared(folder: Path, present: dict[str, bool], manifest: Manifest) -> list[FileCheck]:
    named = [FileCheck(name, _status(folder, present, name, digest)) for name, digest in manifest.files.items()]
    added = [FileCheck(name, "added") for name in present if name not in manifest.files and name != MANIFEST]
    return sorted([*named, *added], key=lambda one: one.file)


def _status(folder: Path, present: dict[str, bool], name: str, digest: str) -> Status:
    if not is_safe(name) or name not in present:
        return "missing"
    if not present[name]:
        return "changed"
    with (folder / name).open("rb") as file:
        return "intact" if file_digest(file, "sha256").hexdigest() == digest else "changed"


def _proofs(folder: Path, files: list[FileCheck], public: Ed25519PublicKey) -> Iterator[str]:
    for one in files:
        if one.file.startswith(PROOFS) and one.status == "intact" and (said := _proof(folder / one.file, public)):
            yield f"{one.file}: {said}"


def _proof(path: Path, public: Ed25519PublicKey) -> str | None:
    try:
        return why_not(msgspec.json.decode(_read(path), type=Proof), public)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return f"no proof of a row: {error}"


def said_of_key(found: FolderCheck) -> str:
    """How far the signature says who made the folder."""
    if found.key == "folder":
        return (
            f"The signature was checked with the key {found.key_id} in the folder itself: it shows that nothing was"
            " changed since, not who made it. Ask the district for its key and give it with --key"
        )
    return f"Signed by {'the key given' if found.key == 'given' else 'this installation'} ({found.key_id})"

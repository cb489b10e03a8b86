"""The manifest of a signed folder: the SHA-256 of each file, what was asked, by whom, when, and the signature; pure."""

from importlib.metadata import version
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.ledger.book import Book
from storage.ledger.keys import Signer, key_id, signed_by

MANIFEST, README, KEY = "manifest.json", "README.txt", "key.pem"
PROOFS = "proofs/"  # a file below it is the proof of a row, as `hallmonitor ledger prove` writes it
_encode = msgspec.json.Encoder(order="sorted").encode


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder is: the kind of export, the question, the decisions it follows, who made it, when (UTC).

    `ledger_root` is the hash of the newest entry of the district's ledger that covers the data, `ledger_entry` its
    number; None where nothing was sealed.
    """

    kind: str
    district: str
    query: dict[str, Any]
    decisions: list[dict[str, Any]] = []
    made_by: str
    made_at: str
    ledger_root: str | None = None
    ledger_entry: int | None = None


class Manifest(About, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """manifest.json. `files`: SHA-256 in hex by name, of every file but the manifest."""

    files: dict[str, str]
    software_version: str
    key_id: str
    signature: str = ""

    @property
    def text(self) -> bytes:
        """What is signed: the fields but the signature as JSON, names sorted, no blanks."""
        said = msgspec.structs.asdict(self)
        del said["signature"]
        return _encode(said)

    @property
    def content(self) -> bytes:
        """The file as it is written."""
        return msgspec.json.format(_encode(self), indent=1) + b"\n"


class LedgerPlace(msgspec.Struct, frozen=True):
    """How far the ledger of a district had come."""

    root: str | None
    entry: int | None


def signed_manifest(about: About, files: dict[str, str], signer: Signer) -> Manifest:
    """The manifest over files of these hashes."""
    said = msgspec.structs.asdict(about)
    made = Manifest(**said, files=files, software_version=software_version(), key_id=signer.key_id)
    return msgspec.structs.replace(made, signature=signer.sign(made.text))


def why_not_signed(manifest: Manifest, public: Ed25519PublicKey) -> str | None:
    """Why the signature is not this key's over the manifest; None where it is."""
    if manifest.key_id != key_id(public):
        return f"it was signed with the key {manifest.key_id}, not with {key_id(public)}"
    return None if signed_by(public, manifest.text, manifest.signature) else "the signature does not fit the manifest"


def ledger_place(book: Book, district: str, upto: str | None = None) -> LedgerPlace:
    """The newest entry of a district's ledger, or the newest that was sealed up to an instant (UTC)."""
    found = [one for one in book.entries(district) if upto is None or one.sealed_at <= upto]
    return LedgerPlace(found[-1].hash, found[-1].number) if found else LedgerPlace(None, None)


def software_version() -> str:
    """The version of this program, as a manifest names it."""
    return f"hallmonitor {version('hallmonitor')}"

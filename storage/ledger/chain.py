"""The signed chain of a district: each entry names the one before it by its hash; pure but for the signature."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.ledger.keys import Signer, key_id, signed_by

BEGINNING = "0" * 64
_encode = msgspec.json.Encoder(order="sorted").encode


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: a seal over an hour of a class, or a certificate of destruction. `body` is JSON text."""

    district: str
    number: int  # from 1
    kind: str  # seal, certificate
    body: str
    previous: str
    sealed_at: str
    key_id: str
    signature: str = ""

    @property
    def text(self) -> bytes:
        """What is signed: all but the signature."""
        said = msgspec.structs.asdict(self)
        del said["signature"]
        return _encode(said)

    @property
    def hash(self) -> str:
        """SHA-256 of what is signed and the signature."""
        return sha256(self.text + self.signature.encode()).hexdigest()


class SealBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a seal says: so many rows of a class, stored in that hour, have this root.

    `marks` is the SHA-256 of the packed places and checks that are kept beside it.
    """

    hour: str
    record_class: str
    rows: int
    root: str
    first: int  # the lowest and the highest version in it
    last: int
    partition: int
    marks: str


class Fault(NamedTuple):
    """Something wrong with the chain itself, in words."""

    number: int
    says: str


def signed(signer: Signer, before: Entry | None, district: str, kind: str, body: Mapping[str, Any], at: str) -> Entry:
    """The next entry of the chain."""
    entry = Entry(
        district=district,
        number=before.number + 1 if before else 1,
        kind=kind,
        body=_encode(dict(body)).decode(),
        previous=before.hash if before else BEGINNING,
        sealed_at=at,
        key_id=signer.key_id,
    )
    return msgspec.structs.replace(entry, signature=signer.sign(entry.text))


def faults(entries: Iterable[Entry], public: Ed25519PublicKey, anchored: Mapping[int, str]) -> list[Fault]:
    """What is wrong with a chain in order of its numbers; `anchored`: hashes by number, as kept elsewhere."""
    found: list[Fault] = []
    previous, number = BEGINNING, 0
    behind: set[str] = set()  # when what stands behind the anchor's last entry was sealed
    for entry in entries:
        number += 1
        if anchored and number > max(anchored):
            behind.add(entry.sealed_at)
        if entry.number != number:
            found.append(Fault(number, f"entry {number} of the chain is missing"))
            number = entry.number
        elif entry.previous != previous:
            found.append(Fault(number, f"entry {number} does not follow the one before it"))
        if entry.key_id != key_id(public) or not signed_by(public, entry.text, entry.signature):
            found.append(Fault(number, f"entry {number} is not signed by this installation's key"))
        if anchored.get(number, entry.hash) != entry.hash:
            found.append(Fault(number, f"entry {number} differs from the anchor outside the ledger"))
        previous = entry.hash
    if anchored and max(anchored) > number:
        found.append(Fault(number + 1, f"the anchor knows entries up to {max(anchored)}; the ledger ends at {number}"))
    if len(behind) > 1:  # of the last sealing the line may be missing, where a process died between the two
        last = max(anchored)
        found.append(Fault(last + 1, f"the anchor ends at entry {last}; the ledger goes on to {number}"))
    return found

"""A proof that a row was sealed: one file and one public key suffice to check it, without store or network; pure."""

from collections.abc import Sequence

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.ledger.chain import Entry, SealBody
from storage.ledger.keys import key_id, signed_by
from storage.ledger.leaves import Place, leaf
from storage.ledger.merkle import path, root_from


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rest of the chain's entry, which is signed whole."""

    district: str
    number: int
    kind: str
    body: str
    previous: str


class Proof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One row and its way to a signed root. `row` is the canonical text; all else but `index` is hex.

    leaf = SHA-256(0x00 ‖ salt ‖ row); a node is SHA-256(0x01 ‖ left ‖ right), as in RFC 6962; `path` begins below.
    """

    row: str
    salt: str
    leaf: str
    index: int
    path: list[str]
    root: str
    sealed_at: str
    key_id: str
    signature: str
    entry: Signed
    raw: "Proof | None" = None  # of an event: the proof of its raw record, which has a leaf of its own


def proof(
    entry: Entry, place: Place, places: Sequence[Place], leaves: Sequence[bytes], salt: bytes, row: bytes
) -> Proof:
    """The proof of the row at `place` among the leaves of a seal; raises ValueError where it is not among them."""
    index = list(places).index(place)
    body = msgspec.json.decode(entry.body, type=SealBody)
    return Proof(
        row=row.decode(),
        salt=salt.hex(),
        leaf=leaves[index].hex(),
        index=index,
        path=[node.hex() for node in path(leaves, index)],
        root=body.root,
        sealed_at=entry.sealed_at,
        key_id=entry.key_id,
        signature=entry.signature,
        entry=Signed(entry.district, entry.number, entry.kind, entry.body, entry.previous),
    )


def why_not(found: Proof, public: Ed25519PublicKey) -> str | None:
    """Why a proof does not hold, in words; None where it holds."""
    rest = {name: getattr(found.entry, name) for name in Signed.__struct_fields__}
    entry = Entry(**rest, sealed_at=found.sealed_at, key_id=found.key_id, signature=found.signature)
    try:
        body = msgspec.json.decode(found.entry.body, type=SealBody)
        made = leaf(_bytes(found.salt), found.row.encode())
        reached = root_from(_bytes(found.leaf), found.index, body.rows, [_bytes(node) for node in found.path])
        _bytes(found.signature)
    except (ValueError, msgspec.MsgspecError) as error:
        return f"the proof cannot be read: {error}"
    tests = (
        (found.key_id == key_id(public), "it was signed with another key"),
        (signed_by(public, entry.text, found.signature), "the signature does not fit what it signs"),
        (made.hex() == found.leaf, "the row does not give the leaf"),
        (reached.hex() == found.root, "the leaf and the path do not lead to the root"),
        (found.root == body.root, "the root is not the one that was signed"),
    )
    if wrong := next((says for holds, says in tests if not holds), None):
        return wrong
    if found.raw and (wrong := why_not(found.raw, public) or _strange(found.raw, found)):
        return f"raw record: {wrong}"
    return None


def _bytes(text: str) -> bytes:
    """Small hex without blanks, the only way we write it, so that no other text passes for a proof of ours."""
    found = bytes.fromhex(text)
    if found.hex() != text:
        raise ValueError(f"{text[:80]!r} is not written in small hex digits")
    return found


def _strange(raw: Proof, event: Proof) -> str | None:
    """Why a raw record's proof, which holds, does not belong to an event's that holds, too."""
    heads = [one.row.partition("\n")[0] for one in (raw, event)]
    ids = [msgspec.json.decode(head, type=dict[str, object]).get("event_id") for head in heads]
    return None if ids[0] == ids[1] else "it is the record of another event"

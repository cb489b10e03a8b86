"""The check of one file that was handed out, a proof or a certificate of destruction: with a public key and no more."""

from typing import Any, NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.ledger.proof import Proof, why_not
from storage.retention.certificate import NoCertificate, read_certificate, why_not_certificate


class NotOurs(ValueError):
    """A file that is neither a proof nor a certificate; the message says why."""


class Checked(NamedTuple):
    """Whether it holds, and what that says, in words."""

    holds: bool
    says: str


class _Kind(msgspec.Struct):
    certificate_id: Any = None


def check_file(content: bytes, public: Ed25519PublicKey) -> Checked:
    """The verdict on a proof or a certificate; raises `NotOurs`."""
    try:
        if msgspec.json.decode(content, type=_Kind).certificate_id is not None:
            return _certificate(content, public)
        found = msgspec.json.decode(content, type=Proof)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NotOurs(f"not a proof or a certificate of destruction: {error}") from error
    wrong = why_not(found, public)
    return Checked(wrong is None, wrong or f"sealed at {found.sealed_at} as entry {found.entry.number}")


def _certificate(content: bytes, public: Ed25519PublicKey) -> Checked:
    try:
        found = read_certificate(content)
    except NoCertificate as error:
        raise NotOurs(f"not a certificate of destruction: {error}") from error
    wrong = why_not_certificate(found, public)
    return Checked(wrong is None, wrong or said_of(found))


def said_of(found: dict[str, Any]) -> str:
    """What a certificate that holds says: where it stands, what was destroyed, by whom."""
    place, people = found["entry"], found["people"]
    rows = ", ".join(f"{one['rows_deleted']:,} of {one['class']}" for one in found["classes"] if one["rows_deleted"])
    again = sum(one.get("destroyed_again", 0) for one in found["classes"])
    back = f", and {again:,} that stood where rows were destroyed before" if again else ""
    whole = ", ".join(one.replace(":", " ") for one in found.get("entities_destroyed", ()))
    among = f", among them {whole}" if whole else ""
    return (
        f"certificate {found['certificate_id']} of {place['district']}, sealed at {place['sealed_at']} as entry"
        f" {place['number']}: {rows or 'no rows'} destroyed as of {found['as_of']}{among}{back};"
        f" planned by {people['planned']}, approved by {people['approved']}, run by {people['run']}"
    )

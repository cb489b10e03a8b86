"""A certificate of destruction: an entry of the signed chain as it is handed out, and its check by a key; pure."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from storage.ledger.chain import Entry
from storage.ledger.keys import key_id, signed_by

KIND = "certificate"
_BESIDE = ("ledger_root_after", "entry", "key_id", "signature")  # what stands beside the body


class NoCertificate(ValueError):
    """A text that is no certificate of destruction; the message says why."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a certificate stands in the chain; it is signed with the rest."""

    district: str
    number: int
    previous: str
    sealed_at: str


def certificate_of(entry: Entry) -> dict[str, Any]:
    """A certificate as it is shown: its body, where it stands, how the chain went on with it, and the signature."""
    body: dict[str, Any] = msgspec.json.decode(entry.body)
    place = Place(entry.district, entry.number, entry.previous, entry.sealed_at)
    beside = (entry.hash, msgspec.to_builtins(place), entry.key_id, entry.signature)
    return body | dict(zip(_BESIDE, beside, strict=True))


def certificates(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Every certificate of a chain."""
    return [certificate_of(entry) for entry in entries if entry.kind == KIND]


def read_certificate(text: bytes) -> dict[str, Any]:
    """A certificate from JSON, unchecked; raises `NoCertificate`. A name that stands twice is refused: two could read
    two different things in it."""
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NoCertificate(f"it cannot be read: {error}") from error
    if not isinstance(found, dict) or "certificate_id" not in found:
        raise NoCertificate("it has no certificate_id")
    if "entry" not in found:
        raise NoCertificate("an earlier release wrote it, without its place in the chain; write it anew with"
                            " `hallmonitor retention certificate PLAN --out FILE`")  # fmt: skip
    return found


def why_not_certificate(found: dict[str, Any], public: Ed25519PublicKey) -> str | None:
    """Why a certificate does not hold, in words; None where every word of it is as it was signed."""
    try:
        place = msgspec.convert(found["entry"], Place)
        root, key, signature = (msgspec.convert(found.get(name), str) for name in _BESIDE if name != "entry")
        body = msgspec.json.encode({n: v for n, v in found.items() if n not in _BESIDE}, order="sorted").decode()
    except (msgspec.MsgspecError, ValueError, KeyError) as error:
        return f"it cannot be read: {error}"
    entry = Entry(
        **msgspec.structs.asdict(place),
        kind=KIND,
        body=body,
        key_id=key,
        signature=signature,
    )
    if key != key_id(public):
        return "it was signed with another key"
    if not signed_by(public, entry.text, signature):
        return "the signature does not fit: something in it was changed"
    return None if entry.hash == root else "ledger_root_after is not what the chain went on with"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands in it twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text[:40]} is no number of a certificate")

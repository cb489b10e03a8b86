"""The receipts of a vendor's sessions, signed by the vendor's project manager: which are theirs, and what was signed.

A project manager sees no case or incident about a vendor of theirs. A receipt says what a session did, and nothing of
what others concluded from it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from casework.fold import histories
from casework.incidents.context import Context, context, to_ms
from casework.incidents.scope import vendor_sessions
from casework.register import decision
from casework.searches import made
from model.casework import CaseworkEvent
from model.reference.rows import Vendor
from storage.client import Store
from storage.queries.casework import of_noun
from storage.queries.incidents import Uses
from storage.queries.subject import Subject
from storage.queries.timeline import Span

SIGNED = "receipt.signed"
ROLE, PURPOSE = "project_manager", "statutory_duty"


class NotSigned(ValueError):
    """A receipt that is not signed as things stand; the message says why."""


class Signature(msgspec.Struct, frozen=True):
    """Who signed a receipt, when, and the digest of the receipt as it was then."""

    by: str
    at: str
    digest: str


def entity_of(receipt_id: str) -> str:
    """The entity of a receipt."""
    return f"receipt:{receipt_id}"


def receipts_of(store: Store, district: str, people: Sequence[str], at: datetime) -> list[dict[str, Any]]:
    """The receipts of the sessions of which one of `people` was the project manager, newest first, with signatures.

    `store` is the whole one: whoever asks shows the receipts and no other row. Raises LookupError, `Unavailable`.
    """
    place = context(store, district, at)
    found = managed(place, Uses(store, district), people)
    return _signed(store, district, sorted(found, key=lambda one: str(one["started_at"]), reverse=True))


def managed(place: Context, uses: Any, people: Sequence[str]) -> list[dict[str, Any]]:
    """The same without signatures and in no order, of uses as `vendor_sessions` takes them."""
    rows: list[Vendor] = place.reference.rows("vendors")
    vendors = sorted({row.vendor for row in rows if row.project_manager in people})
    told = (one for vendor in vendors for one in vendor_sessions(uses, place, vendor)["sessions"])
    return [one for one in told if manager_of(rows, one["vendor"], to_ms(one["ended_at"])) in people]


def manager_of(rows: Iterable[Vendor], vendor: str, at: int) -> str:
    """Who was the project manager at `at` (ms), by the row that began last, ended or not; empty where none is named."""
    begun = [row for row in rows if row.vendor == vendor and (row.valid_from is None or row.valid_from <= at)]
    last = max(begun, key=lambda row: row.valid_from or 0, default=None)
    return last.project_manager if last else ""


def with_signatures(store: Store, district: str, told: dict[str, Any]) -> dict[str, Any]:
    """What `vendor_sessions` says, each session with its signatures."""
    return {**told, "sessions": _signed(store, district, told["sessions"])}


def _signed(store: Store, district: str, found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    known = signatures(store, district)
    return [{**one, "signatures": msgspec.to_builtins(known.get(one["receipt_id"], []))} for one in found]


def signatures(store: Store, district: str) -> dict[str, list[Signature]]:
    """By receipt, its signatures in the order in which they were given."""
    told = histories(of_noun(store, district, "receipt"))
    return {
        entity.partition(":")[2]: [_signature(one.event) for one in entries if one.holds]
        for (_, entity), entries in told.items()
    }


def _signature(event: CaseworkEvent) -> Signature:
    return Signature(event.actor, event.at, str(event.body.get("digest") or ""))


def signing(receipt: dict[str, Any], district: str, actor: str, digest: str, at: datetime) -> CaseworkEvent:
    """The decision by which `actor` signs what they saw, named by its digest. Raises `NotSigned`."""
    given = receipt["signatures"]
    if digest != receipt["digest"]:
        raise NotSigned(f"the receipt now has the digest {receipt['digest']}: read it again, and sign what you see")
    if any(one["by"] == actor and one["digest"] == digest for one in given):
        raise NotSigned(f"{actor} has signed it already")
    body = {name: receipt[name] for name in ("vendor", "account", "started_at", "ended_at", "digest")}
    told: dict[str, Any] = {"actor": actor, "role": ROLE, "district": district, "purpose": PURPOSE, "body": body}
    return decision(entity_of(receipt["receipt_id"]), SIGNED, at, expected_version=len(given), **told)


def said(receipt: dict[str, Any]) -> str:
    """Who signed it, in words, or that nobody did; a signature under an earlier state of it says so."""
    changed = {True: "", False: " (it has changed since)"}
    return (
        ", ".join(f"{one['by']}{changed[one['digest'] == receipt['digest']]}" for one in receipt["signatures"])
        or "nobody"
    )


def looked(found: Sequence[dict[str, Any]], district: str, actor: str, at: datetime) -> list[CaseworkEvent]:
    """That a project manager looked at receipts: a search for each vendor."""
    told: dict[str, Any] = {"district": district, "actor": actor, "role": ROLE, "purpose": PURPOSE}
    rows = Counter(str(one["vendor"]) for one in found)
    return [made("receipt", Subject(vendor), Span(), count, at, **told) for vendor, count in sorted(rows.items())]

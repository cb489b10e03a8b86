"""Approvals and exemptions: whom a row covers, and where a permission really ended (revoked, or with the term)."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from model.reference.fold import ALWAYS, EVER
from model.reference.rows import Approval, Exemption


def start_of(approval: Approval) -> int | None:
    """Since when a grant holds: its window, else when it was written down, else nobody knows."""
    return approval.recorded_at if approval.valid_from is None else approval.valid_from


def _revoked_at(approval: Approval, revocation: Approval) -> int:
    """The revocation's own start; one that repeats the grant's start says nothing of when, so when it was learned."""
    stated, granted = revocation.valid_from, start_of(approval)
    if stated is not None and (granted is None or stated > granted):
        return stated
    if revocation.recorded_at is not None:
        return revocation.recorded_at
    return ALWAYS if stated is None else stated


def bounded(row: Approval, revocations: list[Approval], cut: int | None) -> Approval:
    """The approval with its real end: what came first of its own end, a revocation and the end of the term."""
    if row.state != "approved":
        return row
    ends: list[tuple[int, str, str | None]] = [(_revoked_at(row, by), "revoked", by.reference) for by in revocations]
    if cut is not None:
        ends.append((cut, "term", None))
    at, why, revocation = min(ends, key=lambda end: end[:2], default=(EVER, "", None))
    if at >= (EVER if row.valid_to is None else row.valid_to):
        return row
    return msgspec.structs.replace(row, valid_to=at, ended_by=why, revocation=revocation)


class Approvals:
    """The approvals of a district as known at one moment, found by whom they name."""

    def __init__(self, rows: Iterable[Approval]) -> None:
        self._by: dict[tuple[str, str, str], list[Approval]] = defaultdict(list)
        self._revocations: dict[str, list[Approval]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row.reference, row.approver, row.approver_role)):
            if row.state == "revoked":
                self._revocations[row.approval_id].append(row)
            for field, value in _names(row):
                self._by[row.kind, field, value].append(row)

    def touching(
        self, kind: str, start: int, end: int, named: dict[str, str | None]
    ) -> list[tuple[Approval, list[Approval]]]:
        """Those of `kind` whose written window meets [start, end] and that could cover the subject named (where nobody
        is named: whoever it covers), each with the rows that revoke it."""
        found = [row for row in self._candidates(kind, named) if _meets(row, start, end) and _agrees(row, named)]
        found.sort(key=lambda row: (ALWAYS if row.valid_from is None else row.valid_from, row.reference, row.approver))
        return [(row, self._revocations.get(row.approval_id, [])) for row in found]

    def _candidates(self, kind: str, named: dict[str, str | None]) -> list[Approval]:
        if not any(named.values()):
            return self._by.get((kind, "", ""), [])
        found = (row for field, value in named.items() if value for row in self._by.get((kind, field, value), ()))
        return list({id(row): row for row in found}.values())


def _names(row: Approval) -> list[tuple[str, str]]:
    """Under what a row is found; every row also under nothing, for who asks for all of a kind."""
    named = [("account", row.account), ("vendor", row.vendor), ("device_id", row.device_id)]
    return [("", ""), *(pair for pair in named if pair[1])]


def _agrees(row: Approval, named: dict[str, str | None]) -> bool:
    """A row that names an account covers that account; one that names a vendor alone covers its people."""
    if row.account and named.get("account"):
        return row.account == named["account"]
    if row.vendor and named.get("vendor") and row.vendor != named["vendor"]:
        return False
    return not (row.device_id and named.get("device_id") and row.device_id != named["device_id"])


def _meets(row: Approval, start: int, end: int) -> bool:
    begins = ALWAYS if row.valid_from is None else row.valid_from
    return begins <= end and start <= (EVER if row.valid_to is None else row.valid_to)


def excuses(row: Exemption, named: dict[str, str | None]) -> bool:
    """Whether an exemption covers the subject: every column it names agrees, and it names at least one."""
    stated = {field: getattr(row, field) for field in ("account", "person", "device_id") if getattr(row, field)}
    return bool(stated) and all(named.get(field) == value for field, value in stated.items())


def with_pauses(rows: Iterable[Exemption], named: dict[str, str | None], at: int) -> list[Exemption]:
    """The exemptions among `rows` that cover the subject. A pause that was written down only after `at` is none then:
    who relied on the exemption had it."""
    held = list(rows)
    pauses = {
        row.exemption_id for row in held if row.state == "paused" and (row.recorded_at is None or row.recorded_at <= at)
    }
    found = [row for row in held if row.state != "paused" and excuses(row, named)]
    return [msgspec.structs.replace(row, state="paused") if row.exemption_id in pauses else row for row in found]

"""A hold: rows that a matter (a records request, litigation, an incident, an audit) keeps from being destroyed."""

from typing import Any

import msgspec

KINDS = ("records_request", "litigation", "incident", "audit")


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """What a matter holds: rows about any of these accounts, people, devices or vendors, of these sources, of this
    time. What is empty restricts nothing. `since` and `until` are instants, half open.
    """

    hold_id: str
    district: str
    matter: str
    kind: str
    reason: str
    accounts: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    placed_by: str = ""
    placed_at: str = ""
    released_by: str | None = None
    released_at: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it has not been released."""
        return self.released_at is None

    def said(self) -> dict[str, Any]:
        """The body of the decision that places it."""
        told: dict[str, Any] = msgspec.to_builtins(self)
        placed = ("hold_id", "district", "placed_by", "placed_at", "released_by", "released_at")
        return {name: one for name, one in told.items() if name not in placed}

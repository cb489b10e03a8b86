"""The receipts of a vendor's sessions that a case is about: who, when, under which approval, what was reached."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from casework.cases import Case
from casework.incidents.context import context
from casework.incidents.scope import vendor_sessions
from casework.receipts import said, with_signatures
from dashboard import hypertext as h
from dashboard.local_time import Wall
from documents.document import Cell, Table
from model.event import format_at, parse_at
from model.violation import Violation
from storage.client import Store
from storage.queries.incidents import Uses

AROUND = timedelta(days=1)  # sessions so near to a finding belong to it
HEAD = ("From", "To", "Account", "Address", "Approvals", "Events", "Not covered", "Systems", "Signed by")


def receipts(store: Store, case: Case, found: Sequence[Violation], at: datetime) -> dict[str, dict[str, Any]]:
    """Of each vendor of the case, its sessions around the findings about it; all of them where there is none.

    `store` is as the person who asks may read it.
    """
    if not case.vendors:
        return {}
    place, uses = context(store, case.district, at), Uses(store, case.district)
    told = {vendor: vendor_sessions(uses, place, vendor) for vendor in case.vendors}
    told = {vendor: with_signatures(store, case.district, one) for vendor, one in told.items()}
    return {vendor: _around(one, [v for v in found if v.vendor == vendor]) for vendor, one in told.items()}


def _around(told: dict[str, Any], found: Sequence[Violation]) -> dict[str, Any]:
    spans = [(_moved(v.started_at, -AROUND), _moved(v.ended_at, AROUND)) for v in found]

    def near(one: dict[str, Any]) -> bool:
        return not spans or any(one["started_at"] <= last and one["ended_at"] >= first for first, last in spans)

    kept = [one for one in told["sessions"] if near(one)]
    return {**told, "sessions": kept}


def _moved(at: str, by: timedelta) -> str:
    return format_at(parse_at(at) + by)


def line(one: dict[str, Any], wall: Wall) -> tuple[str, ...]:
    """A session as words, in the order of `HEAD`."""
    ended = wall.second(one["ended_at"]) + ("" if one["close"] == "recorded" else " (no close is recorded)")
    systems = ", ".join(f"{system['system']} ({system['events']})" for system in one["systems"])
    approvals = ", ".join(one["approvals"]) or "none"
    counts = (str(one["events"]), str(one["uncovered"]))
    return (
        wall.second(one["started_at"]),
        ended,
        one["account"],
        one["address"] or "",
        approvals,
        *counts,
        systems,
        said(one),
    )


def on_page(told: dict[str, dict[str, Any]], wall: Wall) -> h.Html:
    """The receipts as tables of the page; nothing where there are none."""
    tables = [
        h.table(list(HEAD), [h.row(*line(one, wall)) for one in of["sessions"]], f"Sessions of {vendor}")
        for vendor, of in told.items()
        if of["sessions"]
    ]
    parts = [h.element("div", one, class_="hm-scroll", tabindex="0") for one in tables]
    return h.joined(parts)


def in_document(told: dict[str, dict[str, Any]], wall: Wall) -> list[Table]:
    """The same for pages to print."""
    widths = ["auto", "auto", "auto", "auto", "1fr", "auto", "auto", "1fr", "auto"]
    return [Table(caption=f"Sessions of {vendor}", head=list(HEAD), widths=widths,
                  rows=[[Cell(word) for word in line(one, wall)] for one in of["sessions"]])
            for vendor, of in told.items() if of["sessions"]]  # fmt: skip

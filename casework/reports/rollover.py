"""The roll-over of a term (N16): what must be closed, changed, signed or given back, as the district's tables say it.

A table that is absent is named: an empty list of such a section would say that nothing is due.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from model.event import format_at, parse_at
from model.reference import account_name
from storage.queries.told import Told

TABLES = ("academicSessions", "accounts", "approvals", "assignments", "contracts", "directory", "returns", "roles",
          "unblocks", "users", "vendors")  # fmt: skip
_NOT_STAFF = frozenset({"student", "guardian", "parent", "relative", "ext:vendor", "ext:volunteer"})


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: whom or what it is about, whose it is, since or until when, and why it is listed."""

    id: str
    of: str = ""
    at: str | None = None
    says: str


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The page. `not_known`: sections that cannot be told, and the tables they lack."""

    district: str
    as_of: str
    term: str | None
    term_from: str | None
    term_to: str | None
    school_year: str | None
    counts: dict[str, int]
    sections: dict[str, list[Item]]
    not_known: dict[str, list[str]]


class Tables:
    """The rows as of a day."""

    def __init__(self, rows: list[Told], passwords: Mapping[str, str], at: datetime) -> None:
        self.at = at
        self.at_ms = round(at.timestamp() * 1000)
        self.passwords = passwords
        self.known = {one.table for one in rows}
        self._rows = rows
        self.term = self._session("semester", "term", "gradingPeriod")
        self.year = self._session("schoolYear")

    def of(self, table: str, everything: bool = False) -> Iterator[Told]:
        """The rows of a table that hold; or all of them."""
        return (one for one in self._rows if one.table == table and (everything or one.holds(self.at_ms)))

    def roles(self) -> dict[str, set[str]]:
        """By person: the roles that hold."""
        found: dict[str, set[str]] = {}
        for one in self.of("roles"):
            found.setdefault(one.row.get("userSourcedId", ""), set()).add(one.row.get("role", ""))
        return found

    def _session(self, *kinds: str) -> Told | None:
        """The session of these kinds that holds, of several the one that began last; else the last that ended."""
        own = [one for one in self.of("academicSessions", True) if one.row.get("type") in kinds]
        holding = [one for one in own if one.holds(self.at_ms)] or [
            one for one in own if (one.valid_to or 0) <= self.at_ms
        ]
        return max(holding, key=lambda one: (one.valid_from or 0, one.key), default=None)


def board(district: str, tables: Tables) -> Board:
    """The roll-over as of a day; pure."""
    told = {name: sorted(list_(tables), key=lambda one: (one.of, one.id)) for name, (list_, _) in SECTIONS.items()}
    lacking = {name: [one for one in needs if one not in tables.known] for name, (_, needs) in SECTIONS.items()}
    term, year = tables.term, tables.year
    return Board(
        district=district,
        as_of=format_at(tables.at),
        term=(term.row.get("title") or term.key) if term else None,
        term_from=_instant(term.valid_from) if term else None,
        term_to=_instant(term.valid_to) if term else None,
        school_year=(year.row.get("schoolYear") or year.row.get("title") or year.key) if year else None,
        counts={name: len(items) for name, items in told.items()},
        sections=told,
        not_known={name: needs for name, needs in lacking.items() if needs},
    )


def _vendor_accounts(tables: Tables) -> Iterator[Item]:
    """Accounts of companies that are not disabled and that no approval covers."""
    states = {one.row["account"]: one.row["state"] for one in tables.of("directory")}
    approved = [one for one in tables.of("approvals") if one.row.get("state") == "approved"]
    covered = {one.row.get(name) for one in approved for name in ("account", "vendor")} - {None, ""}
    for one in tables.of("accounts"):
        account, vendor = one.row["account"], one.row.get("vendor", "")
        is_vendors = one.row.get("kind") == "vendor" or bool(vendor)
        if is_vendors and states.get(account) != "disabled" and not {account, vendor} & covered:
            state = states.get(account, "in a state that no table tells")
            yield Item(id=account, of=vendor, says=f"no approval covers it, and it is {state}")


def _passwords(tables: Tables) -> Iterator[Item]:
    """Staff accounts whose password no record shows changed since the term began."""
    began = _instant(tables.term.valid_from) if tables.term else None
    roles = tables.roles()
    for one in tables.of("accounts"):
        account, person = one.row["account"], one.row.get("person", "")
        changed = tables.passwords.get(account_name(account))
        if began and roles.get(person, set()) - _NOT_STAFF and (changed is None or changed < began):
            yield Item(id=account, of=person, at=changed, says="no change of the password is recorded in this term")


def _acknowledgments(tables: Tables) -> Iterator[Item]:
    """Staff without an acknowledgment that holds."""
    signed = {one.row["person"] for one in tables.of("contracts") if one.row["kind"] == "acknowledgement"}
    for person, roles in tables.roles().items():
        if roles - _NOT_STAFF and person not in signed:
            yield Item(id=person, says="no acknowledgment of the policy that holds on this day")


def _student_contracts(tables: Tables) -> Iterator[Item]:
    """Students without a contract that holds."""
    signed = {one.row["person"] for one in tables.of("contracts") if one.row["kind"] == "student_contract"}
    for person, roles in tables.roles().items():
        if "student" in roles and person not in signed:
            yield Item(id=person, says="no student contract that holds on this day")


def _devices(tables: Tables) -> Iterator[Item]:
    """Devices that are assigned and not given back: those of people who have left, and those that were asked back."""
    roles = tables.roles()
    asked = {one.row["device_id"]: one.row for one in tables.of("returns", True) if not one.row.get("returned_at")}
    for one in tables.of("assignments"):
        device, person = one.row["device_id"], one.row["person"]
        if not roles.get(person):
            yield Item(id=device, of=person, says="the holder has no role any more")
        elif device in asked:
            due = asked[device].get("due_at")
            yield Item(id=device, of=person, at=due, says="it was asked back and is not recorded as returned")


def _unblocks(tables: Tables) -> Iterator[Item]:
    """Sites that were unblocked: those whose time is over, or that end with no day."""
    for one in tables.of("unblocks", True):
        if one.row.get("decision") != "granted":
            continue
        until = one.row.get("expires_at")
        if not until:
            yield Item(id=one.row["domain"], of=one.row["request_id"], says="unblocked without an end")
        elif parse_at(until) <= tables.at:
            yield Item(
                id=one.row["domain"], of=one.row["request_id"], at=until, says="its time is over: block it again"
            )


# Each section: what lists it, and the tables without which it cannot be told.
SECTIONS: dict[str, tuple[Callable[[Tables], Iterator[Item]], tuple[str, ...]]] = {
    "vendor_accounts": (_vendor_accounts, ("accounts", "approvals", "directory")),
    "passwords": (_passwords, ("accounts", "roles", "academicSessions")),
    "acknowledgments": (_acknowledgments, ("roles", "contracts")),
    "student_contracts": (_student_contracts, ("roles", "contracts")),
    "devices": (_devices, ("assignments", "roles", "returns")),
    "unblocks": (_unblocks, ("unblocks",)),
}


def _instant(ms: int | None) -> str | None:
    return None if ms is None else format_at(datetime.fromtimestamp(ms / 1000, UTC))

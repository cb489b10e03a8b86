"""The reference tables made ready for looking up: typed and indexed on first use, dropped when their table changes."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar, cast

from model.batch import Fact
from model.reference.addresses import Prefixes
from model.reference.approvals import Approvals
from model.reference.fold import Fold, Identity
from model.reference.names import account_name, account_parts, folded, host_name, mac_text, short_name
from model.reference.reading import read_row
from model.reference.rows import Account, Device, Person, Row
from model.reference.spans import Lookup, Spans, by_key, spans

T = TypeVar("T")
Keys = Callable[[Any], Iterable[str]]


def site_pair(org: str, org_2: str) -> str:
    """One key for two sites, either way."""
    return "\0".join(sorted((org, org_2)))


def _as_account(row: Any) -> str:
    return f"account\0{row.account}" if row.account else ""


def _family_first(row: Person) -> str:
    return f"{row.family_name}, {row.given_name}".casefold()


# name of the index -> its table and what each row stands under
_INDEXES: dict[str, tuple[str, Keys]] = {
    "listed accounts": ("accounts", lambda row: (row.account,)),
    "usernames": ("users", lambda row: (row.username, account_name(row.email))),
    "names": ("users", lambda row: (f"{row.given_name} {row.family_name}".casefold(), _family_first(row))),
    "people": ("users", lambda row: (row.person,)),
    "roles": ("roles", lambda row: (row.person,)),
    "orgs": ("orgs", lambda row: (row.org,)),
    "devices": ("devices", lambda row: (row.device_id,)),
    "serials": ("devices", lambda row: (host_name(row.device_id), host_name(row.serial))),
    "hosts": ("devices", lambda row: (row.hostname,)),
    "short hosts": ("devices", lambda row: (short_name(row.hostname),)),
    "cards": ("devices", lambda row: row.macs),
    "assignees": ("assignments", lambda row: (row.device_id,)),
    "assigned": ("assignments", lambda row: (row.person,)),
    "pairings": ("pairings", lambda row: (row.person,)),
    "listed domains": ("domains", lambda row: (row.domain,)),
    "travel": ("travel", lambda row: (site_pair(row.org, row.org_2),)),
    "calendar": ("calendar", lambda row: (row.date,)),
    "vendors": ("vendors", lambda row: (row.vendor,)),
    "classes": ("classes", lambda row: (row.class_id,)),
    "classes of": ("enrollments", lambda row: (row.person,)),
    "members": ("enrollments", lambda row: (row.class_id,)),
    "bells": ("bells", lambda row: (row.org,)),
    "checkouts": ("checkouts", lambda row: row.device_ids),
    "visits": ("visits", lambda row: (row.person, row.vendor and f"vendor\0{row.vendor}", _as_account(row))),
    "standings": ("standings", lambda row: ("" if row.account else row.person, _as_account(row))),
    "directory": ("directory", lambda row: (row.account,)),
    "contracts": ("contracts", lambda row: (row.person,)),
    "losses": ("losses", lambda row: (row.device_id,)),
    "returns": ("returns", lambda row: (row.device_id,)),
    "unblock requests": ("unblocks", lambda row: (row.request_id,)),
    "unblocked domains": ("unblocks", lambda row: (row.domain,)),
    "software": ("software", lambda row: (row.app.rstrip("*").lower(),)),
    "apps": ("apps", lambda row: (row.app.rstrip("*").lower(),)),
    "systems": ("systems", lambda row: (row.system,)),
    "checks": ("checks", lambda row: (row.subject,)),
    "searches": ("searches", lambda row: (row.actor,)),
    "unread": ("unread", lambda row: (row.table,)),
    "exemptions": ("exemptions", lambda row: (row.detection,)),
}


class Shelves:
    """One view of a fold, as known at one moment."""

    def __init__(self, fold: Fold, known_at: int) -> None:
        self._fold, self._known_at = fold, known_at
        self._made: dict[str, tuple[tuple[str, ...], Any]] = {}
        self._typed: dict[str, dict[Identity, tuple[Fact, Row]]] = {}
        self._lookups: dict[str, tuple[tuple[str, ...], Lookup[Any]]] = {
            name: ((table,), Lookup(self._finder(name))) for name, (table, _) in _INDEXES.items()
        }
        self._lookups |= {
            "accounts": (("accounts", "users", "roles"), Lookup(self._account)),
            "named devices": (("devices",), Lookup(self._named)),
            "macs": (("devices",), Lookup(self._mac)),
            "networks": (("networks",), Lookup(self._network)),
            "domains": (("domains",), Lookup(partial(self._host, "listed domains"))),
            "unblocks": (("unblocks",), Lookup(partial(self._host, "unblocked domains"))),
        }

    def lookup(self, name: str) -> Lookup[Any]:
        """One way to look things up; the object stays the same for as long as this view lives."""
        return self._lookups[name][1]

    def drop(self, table: str) -> None:
        """Forget what was made from `table`."""
        self._made = {name: kept for name, kept in self._made.items() if table not in kept[0]}
        for tables, lookup in self._lookups.values():
            if lookup and table in tables:
                lookup.clear()

    def rows(self, table: str) -> list[Any]:
        """The typed rows of a table as known then."""
        return self.make(f"rows of {table}", (table,), lambda: self._read(table))

    def _read(self, table: str) -> list[Any]:
        """Typed anew only where the version changed: a table of 50,000 rows changes by one row at a time."""
        before = self._typed.get(table, {})
        typed: dict[Identity, tuple[Fact, Row]] = {}
        for who, fact in self._fold.current(table, self._known_at):
            kept = before.get(who)
            typed[who] = kept if kept and kept[0] is fact else (fact, read_row(fact))
        self._typed[table] = typed
        return [row for _, row in typed.values()]

    def make(self, name: str, tables: tuple[str, ...], build: Callable[[], T]) -> T:
        """What `build` gives, kept until one of `tables` changes."""
        kept = self._made.get(name)
        if kept is None:
            kept = self._made[name] = (tables, build())
        return cast(T, kept[1])

    def row(self, table: str, reference: str) -> Row | None:
        """The row of a table by its name in evidence."""
        rows = self.make(f"names of {table}", (table,), lambda: {row.reference: row for row in self.rows(table)})
        return rows.get(reference)

    def approvals(self) -> Approvals:
        """The approvals, with their revocations."""
        return self.make("approvals", ("approvals",), lambda: Approvals(self.rows("approvals")))

    def _finder(self, name: str) -> Callable[[str], Spans[Any]]:
        table, keys = _INDEXES[name]
        index = partial(self.make, name, (table,), lambda: by_key(self.rows(table), keys))
        return lambda key: spans(index().get(key, ()))

    def _account(self, name: str) -> Spans[Account]:
        """By the district's own name, or by one with a realm: then only what is listed with that realm."""
        plain, realm = account_parts(name)
        owners: Spans[Person] = self.lookup("usernames")[plain or ""]
        listed: Spans[Account] = self.lookup("listed accounts")[plain or ""]
        if realm:
            return self._with_realm(name, realm, listed, owners)
        if listed:
            own_first = sorted(listed, key=lambda span: span[2].realm is not None)
            return tuple((start, end, _owned(account, owners)) for start, end, account in own_first)
        return tuple((start, end, _own(plain or "", person)) for start, end, person in owners)

    def _with_realm(self, name: str, realm: str, listed: Spans[Account], owners: Spans[Person]) -> Spans[Account]:
        """What accounts.csv lists with this realm, and a vendor's account with the mail domain of its person.

        Where the district has another account of that name, the answer keeps the realm in its name.
        """
        found = tuple(span for span in listed if span[2].realm == realm or self._vendors_own(span[2], realm))
        found = found or tuple(
            (start, end, _own(account_name(name), person))
            for start, end, person in owners
            if person.email == folded(name) and self._is_outsider(person.person)
        )
        theirs = {row.person for _, _, row in found}
        others = len(found) < len(listed) or any(person.person not in theirs for _, _, person in owners)
        return tuple((a, b, _renamed(row, folded(name))) for a, b, row in found) if others else found

    def _vendors_own(self, row: Account, realm: str) -> bool:
        people: Spans[Person] = self.lookup("people")[row.person] if row.person else ()
        return row.kind == "vendor" and any(account_parts(person.email)[1] == realm for _, _, person in people)

    def _is_outsider(self, person: str) -> bool:
        return any(role.role == "ext:vendor" for _, _, role in self.lookup("roles")[person])

    def _named(self, name: str) -> Spans[Device]:
        plain = host_name(name)
        for index, key in (("serials", plain), ("hosts", plain), ("short hosts", short_name(plain))):
            found: Spans[Device] = self.lookup(index)[key]
            if found:
                return _one_device(found)
        return ()

    def _mac(self, mac: str) -> Spans[Device]:
        return _one_device(self.lookup("cards")[mac_text(mac)])

    def _network(self, address: str) -> Spans[Any]:
        return self.make("prefixes", ("networks",), lambda: Prefixes(self.rows("networks"))).find(address)

    def _host(self, index: str, host: str) -> Spans[Any]:
        """What is listed of a host, then of each of its parents."""
        labels = host_name(host).split(".")[-32:]
        listed = self.lookup(index)
        return tuple(span for n in range(len(labels)) for span in listed[".".join(labels[n:])])


def _own(name: str, person: Person) -> Account:
    return Account(
        reference=person.reference,
        valid_from=person.valid_from,
        valid_to=person.valid_to,
        recorded_at=person.recorded_at,
        account=name,
        kind="personal",
        person=person.person,
    )


def _renamed(account: Account, name: str) -> Account:
    return Account(**{**{field: getattr(account, field) for field in account.__struct_fields__}, "account": name})


def _owned(account: Account, owners: Spans[Person]) -> Account:
    """A personal account of which accounts.csv does not say whose it is belongs to the user of that name."""
    if account.kind != "personal" or account.person or not owners:
        return account
    fields = {name: getattr(account, name) for name in account.__struct_fields__}
    return Account(**{**fields, "person": owners[0][2].person})


def _one_device(found: Spans[Device]) -> Spans[Device]:
    """Without the moments at which two devices share the name: such a name tells neither."""
    if len({device.device_id for _, _, device in found}) < 2:
        return found
    edges = sorted({edge for start, end, _ in found for edge in (start, end)})
    alone = ((a, b, _sole(found, a)) for a, b in pairwise(edges))
    return tuple((a, b, device) for a, b, device in alone if device)


def _sole(found: Spans[Device], at: int) -> Device | None:
    holding = [device for start, end, device in found if start <= at < end]
    return holding[0] if len({device.device_id for device in holding}) == 1 else None

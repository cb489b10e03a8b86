"""Who should not be in a production: every name, account, machine and address of others, for the second look.

Built from the tables and the events on its own, in another way than the redaction's `People`: only who the request
names is told to it.
"""

import unicodedata
from collections.abc import Iterable, Set
from ipaddress import ip_address
from typing import NamedTuple

from model.batch import Fact
from model.event import Event
from model.realms import realms_of

_NOBODYS = frozenset(
    {"lab", "cart", "kiosk", "testing", "library", "shared_tablet", "loaner", "vdi", "server", "network"}
)
_LEAST = 3
_LIMIT = 100_000  # remembered names of events
_NAMES = ("account", "target_account", "person", "device", "device_id", "mac", "session_id", "address",
          "assigned_address")  # fmt: skip
_SMALL = bytes(range(256)).lower()
_SIGNS = bytes(sign for sign in range(128) if not chr(sign).isalnum())


class Allowed(NamedTuple):
    """Whom the request names: persons, accounts (as they are compared), devices; and the web domains it asks for."""

    persons: Set[str]
    accounts: Set[str]
    devices: Set[str]
    domains: Set[str] = frozenset()


def compact(text: str) -> str:
    """Letters and digits alone, small, in the compatible form and without accents."""
    if text.isascii():
        return text.encode().translate(_SMALL, _SIGNS).decode()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart.casefold() if sign.isalnum())


class Watched:
    """`names` are found anywhere, `words` (first and family names) as words only, `addresses` in any spelling.

    `spared` are names of whom the request names; `realms` are the district's own names, which are nobody's name in a
    host or after an `@`; `domains` were asked for.
    """

    def __init__(self, allowed: Allowed, facts: Iterable[Fact]) -> None:
        self.names: dict[str, str] = {}
        self.words: dict[str, str] = {}
        self.addresses: dict[str, str] = {}
        self.realms: Set[str] = frozenset()
        self.domains = allowed.domains
        self._allowed = allowed
        self.spared: set[str] = {compact(one) for group in allowed[:3] for one in group}
        self._shared: set[str] = set()  # devices that are nobody's
        self._own: set[str] = set()  # devices of whom the request names
        self._met: set[tuple[object, ...]] = set()  # what events named already
        rows = [(fact.table, fact.row) for fact in facts if fact.row]
        given = {one.strip() for table, row in rows if table in ("assignments", "checkouts") and row.get("person")
                 for one in row.get("device_id", "").split(";")}  # fmt: skip
        self._rows(rows, given, spare=True)
        self._rows(rows, given, spare=False)

    def _rows(self, rows: list[tuple[str, dict[str, str]]], given: set[str], spare: bool) -> None:
        for table, row in rows:
            if table == "users":
                self._person(row, spare)
            elif table == "accounts":
                self._put(
                    row.get("account", ""), "an account name", spare, row.get("account", "") in self._allowed.accounts
                )
            elif table == "devices":
                self._machine(row, given, spare)
            elif table == "district":
                self.realms = realms_of(row).names or frozenset()

    def _put(self, text: str, kind: str, spare: bool, allowed: bool) -> None:
        """Note a name: of who may be shown in the first round, of the others in the second."""
        name = compact(text)
        if len(name) < _LEAST or spare != allowed:
            return
        if spare:
            self.spared.add(name)
        elif name not in self.spared:
            self.names[name] = kind

    def _person(self, row: dict[str, str], spare: bool) -> None:
        allowed = row.get("sourcedId", "") in self._allowed.persons
        mail = row.get("email", "")
        self._put(row.get("sourcedId", ""), "a person's id", spare, allowed)
        self._put(row.get("username", ""), "an account name", spare, allowed)
        self._put(mail, "an e-mail address", spare, allowed)
        self._put(mail.split("@")[0], "an account name", spare, allowed)
        given = [compact(row.get(key, "")) for key in ("givenName", "preferredGivenName")]
        family = [compact(row.get(key, "")) for key in ("familyName", "preferredFamilyName")]
        for first in filter(None, given):
            for last in filter(None, family):
                for made in (first + last, last + first, first[:1] + last, last + first[:1], first + last[:1]):
                    self._put(made, "a name", spare, allowed)
        for word in filter(None, (*given, *family)):
            if allowed and spare:
                self.spared.add(word)
            elif not allowed and not spare and word not in self.spared and len(word) >= _LEAST:
                self.words[word] = "a name"

    def _machine(self, row: dict[str, str], given: set[str], spare: bool) -> None:
        device = row.get("device_id", "")
        allowed = device in self._allowed.devices
        names = [device, row.get("serial", ""), row.get("hostname", ""), row.get("hostname", "").split(".")[0]]
        if not allowed and row.get("class") in _NOBODYS and device not in given:
            self._shared |= set(map(compact, names))
            return
        self._own |= set(map(compact, names)) if allowed else set()
        for name in names:
            self._put(name, "a device's name", spare, allowed)
        for card in row.get("mac", "").split(";"):
            self._put(card, "a hardware address", spare, allowed)

    def meet(self, event: Event, own: bool) -> None:
        """Note whom an event names; `own`: the requested person acted, so that the machine is theirs."""
        named = (own, *(getattr(event, name) for name in _NAMES))
        if named in self._met:
            return
        if len(self._met) < _LIMIT:
            self._met.add(named)
        for name, who in ((event.account, "an account name"), (event.target_account, "an account name")):
            self._put(name or "", who, False, bool(name and name in self._allowed.accounts))
        self._put(event.person or "", "a person's id", False, event.person in self._allowed.persons)
        if own:
            return
        for name in (event.device or "", event.device_id or "", (event.device or "").split(".")[0]):
            if compact(name) not in self._shared and compact(name.split(".")[0]) not in self._own:
                self._put(name, "a device's name", False, False)
        self._put(event.mac or "", "a hardware address", False, False)
        self._put(event.session_id or "", "a session's id", False, False)
        for address in (event.address, event.assigned_address):
            self._number(address or "")

    def _number(self, address: str) -> None:
        try:
            found = ip_address(address.split("%")[0])
        except ValueError:
            self._put(address, "an address", False, False)
            return
        plain = getattr(found, "ipv4_mapped", None) or found
        self.addresses[str(plain)] = "an address"

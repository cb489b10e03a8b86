"""Whose is what: the people, accounts and devices of the district's tables, and which of them the request names."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from casework.production.asked import Asked
from casework.production.names import (
    SHORTEST,
    SHORTEST_WORD,
    address_of,
    cards_of,
    encoded,
    hosts_of,
    is_outside,
    names_of,
    notations,
    squeezed,
)
from model.batch import Fact
from model.event import Event
from model.realms import Realms, realms_of
from model.reference import account_parts, folded, host_name, mac_text, qualified

SHARED = frozenset({"lab", "cart", "kiosk", "testing", "library", "shared_tablet", "loaner", "vdi"})
_INSIDE = 5  # letters of a first or family name that is also found inside other words
_LIMIT = 100_000  # remembered names of events
# All of an event that says whom it names, and by which of them it was done.
_NAMES = ("account", "account_domain", "target_account", "target_domain", "person", "address", "device", "device_id",
          "mac", "assigned_address", "session_id", "category", "reporter")  # fmt: skip
_SYSTEMS = frozenset({"server", "network"})
_WORDS = ("student", "Student"), ("ext:vendor", "Vendor"), ("guardian", "Parent"), ("parent", "Parent")


@dataclass(slots=True)
class Device:
    """A device of the tables: its names and cards (squeezed), its class, who was ever given it."""

    device_class: str = ""
    names: set[str] = field(default_factory=set)
    spelled: set[str] = field(default_factory=set)  # as they are written, small: for exact comparison
    cards: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Names:
    """Names of somebody: `whole` are theirs in any surroundings, `alone` (first and family names) as words only."""

    whole: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    spelled: set[str] = field(default_factory=set)  # as they are written, small: for exact comparison


class People:
    """The tables as they ever were, and the request's own side of them. `meet` adds what events name besides."""

    def __init__(self, asked: Asked, facts: Iterable[Fact]) -> None:
        self.asked = asked
        self.order: dict[str, int] = {}  # person → the place in which users.csv first named them
        self.names: dict[str, Names] = {}
        self.roles: dict[str, set[str]] = {}
        self.owner: dict[str, str] = {}  # account, as it is compared → person
        self.kinds: dict[str, str] = {}  # account → its kind
        self.devices: dict[str, Device] = {}
        self.sites: set[str] = set()
        self.sources: set[str] = set()
        self.listed: set[str] = set()  # domains of domains.csv
        self.realms = Realms()
        self.homes: set[str] = set()  # public addresses that somebody came from
        self._known_as: dict[tuple[str | None, ...], str] = {}
        self._met: set[tuple[str | None, ...]] = set()  # what events named already
        for fact in facts:
            self._learn(fact)
        self._take_sides()

    # Learning

    def _learn(self, fact: Fact) -> None:
        reader = {
            "users": self._user, "accounts": self._account, "devices": self._device, "roles": self._role,
            "assignments": self._given, "checkouts": self._given,
        }.get(fact.table)  # fmt: skip
        row = fact.row
        if row is None:
            return
        if reader:
            reader(row)
        elif fact.table == "orgs":
            self.sites.add(row.get("sourcedId", ""))
        elif fact.table == "source":
            self.sources |= {row.get("id", ""), fact.key}
        elif fact.table == "domains":
            self.listed.add(host_name(row.get("domain", "")))
        elif fact.table == "district":
            self.realms = realms_of(row)

    def _user(self, row: dict[str, str]) -> None:
        person = row.get("sourcedId", "")
        self.order.setdefault(person, len(self.order))
        names = self.names.setdefault(person, Names())
        whole, alone = names_of(row)
        names.whole |= whole
        names.alone |= alone
        names.spelled |= {folded(value) for key, value in row.items() if key in _CALLED and value}
        names.spelled |= {folded(f"{row.get('givenName', '')} {row.get('familyName', '')}".strip())}
        for called in (row.get("username", ""), row.get("email", "").partition("@")[0]):
            if called:
                self.owner.setdefault(folded(called), person)

    def _account(self, row: dict[str, str]) -> None:
        name, realm = row.get("account", ""), row.get("realm", "")
        if not name:
            return
        self.kinds[name] = row.get("kind", "")
        if row.get("person"):
            self.owner[name] = row["person"]
            names = self.names.setdefault(row["person"], Names())
            names.whole.add(squeezed(name))
            names.spelled |= {name, f"{name}@{realm}" if realm else name}

    def _device(self, row: dict[str, str]) -> None:
        if not row.get("device_id"):
            return
        device = self.devices.setdefault(row["device_id"], Device())
        device.device_class = row.get("class", "")
        device.names |= {
            squeezed(row["device_id"]),
            squeezed(row.get("serial", "")),
            *hosts_of(row.get("hostname", "")),
        }
        host = row.get("hostname", "")
        device.spelled |= set(map(folded, (row["device_id"], row.get("serial", ""), host, host.partition(".")[0])))
        device.cards |= {card for mac in row.get("mac", "").split(";") if mac for card in cards_of(mac)}
        device.names.discard("")

    def _role(self, row: dict[str, str]) -> None:
        self.roles.setdefault(row.get("userSourcedId", ""), set()).add(row.get("role", ""))

    def _given(self, row: dict[str, str]) -> None:
        for device_id in filter(None, map(str.strip, row.get("device_id", "").split(";"))):
            device = self.devices.setdefault(device_id, Device())
            device.people |= {row["person"]} if row.get("person") else set()

    # Sides

    def _take_sides(self) -> None:
        asked = self.asked
        self._by_name: dict[str, str] = {}
        for device_id, device in self.devices.items():
            for name in device.names:
                self._by_name[name] = "" if self._by_name.get(name, device_id) != device_id else device_id
        accounts = {self._plain(name) for name in asked.accounts}
        self.subjects = {*asked.persons, *(self.owner[name] for name in accounts if name in self.owner)}
        self.accounts = accounts | {name for name, person in self.owner.items() if person in self.subjects}
        self.own_devices = {
            one for one, device in self.devices.items()
            if one in asked.devices or (device.people and device.people <= self.subjects)
        }  # fmt: skip
        self._own_side()
        self._other_side()

    def _own_side(self) -> None:
        self.own: set[str] = set(map(squeezed, self.accounts | self.subjects | set(self.asked.devices)))
        self.spelled: set[str] = {folded(one) for one in (*self.accounts, *self.asked.accounts, *self.subjects)}
        self.spelled |= {folded(one) for one in (*self.asked.devices, *self.asked.domains)}
        for person in self.subjects & self.names.keys():
            self.own |= self.names[person].whole
            self.spelled |= self.names[person].spelled | self.names[person].alone
        for one in self.own_devices & self.devices.keys():
            device = self.devices[one]
            self.own |= device.names | device.cards
            self.spelled |= device.names | {text for card in device.cards for text in notations(card)}

    def _other_side(self) -> None:
        self.others: set[str] = set()
        self.words: set[str] = set()  # first and family names, as words
        for person, names in self.names.items():
            if person not in self.subjects:
                self.others |= names.whole | {one for one in names.alone if len(one) >= _INSIDE}
                self.words |= names.alone
        for name in (*self.owner, *self.kinds):
            if name not in self.accounts:
                self._other(name)
        for device_id, device in self.devices.items():
            if device_id not in self.own_devices and device.device_class not in (SHARED | _SYSTEMS):
                self.others |= device.names | device.cards
        self.others = {one for one in self.others if len(one) >= SHORTEST} - self.own

    def _other(self, text: str) -> None:
        name = squeezed(text)
        if SHORTEST_WORD <= len(name) < SHORTEST and name not in self.own:
            self.words.add(name)
        elif len(name) >= SHORTEST and name not in self.own:
            self.others.add(name)
            self.others.update(one for one in encoded(folded(text)) if len(one) > 7)

    def meet(self, event: Event) -> None:
        """Note whom an event names that no table lists."""
        named = tuple(getattr(event, name) for name in _NAMES)
        if named in self._met:
            return
        if len(self._met) < _LIMIT:
            self._met.add(named)
        for account, domain in ((event.account, event.account_domain), (event.target_account, event.target_domain)):
            if account and not self.is_subject(self.known_as(event, account, domain)):
                self._other(account)
        if event.person and event.person not in self.subjects:
            self._other(event.person)
        plain = address_of(event.address or "")
        if plain and is_outside(plain):
            self.homes.add(plain)
        if not self.is_own(event):
            self._meet_machine(event)

    def _meet_machine(self, event: Event) -> None:
        for host in filter(None, (event.device, event.device_id)):
            if not self.is_shared(host):
                self.others |= hosts_of(host) - self.own
        if event.mac:
            self.others |= cards_of(event.mac) - self.own
        for text in filter(None, (event.address, event.assigned_address, event.session_id)):
            self._other(address_of(text) or text)

    # Questions

    def _plain(self, name: str) -> str:
        account, realm = account_parts(name)
        ours = realm is None or self.realms.hold(realm, "")
        return (account or "") if ours else qualified(account or "", realm or "")

    def known_as(self, event: Event, account: str, domain: str | None) -> str:
        """The name under which an event's account is known: the district's by its plain name."""
        asked = (account, domain, event.category, event.reporter, event.device)
        found = self._known_as.get(asked)
        if found is None:
            if len(self._known_as) >= _LIMIT:
                self._known_as.clear()
            found = self._known_as[asked] = self.realms.name_of(*asked)
        return found

    def is_subject(self, name: str) -> bool:
        """Whether the request names this account or person."""
        return name in self.accounts or name in self.subjects

    def students(self) -> tuple[str, ...]:
        """Those whom the request names that are or were students, by id."""
        return tuple(sorted(one for one in self.subjects if "student" in self.roles.get(one, ())))

    def is_own(self, event: Event) -> bool:
        """Whether it is the requested person who acted, or a requested device where nobody is told."""
        if event.account:
            return self.is_subject(self.known_as(event, event.account, event.account_domain))
        if event.person:
            return event.person in self.subjects
        return self.device_of(event.device_id) in self.own_devices or self.device_of(event.device) in self.own_devices

    def device_of(self, name: str | None) -> str:
        """The id of the device of that id, serial or host name; empty where none or two have it."""
        if not name:
            return ""
        if name in self.devices:
            return name
        return self._by_name.get(squeezed(name), "") or self._by_name.get(squeezed(name.partition(".")[0]), "")

    def as_listed(self, name: str) -> str:
        """How much of a machine's name the tables and the district's realms tell: all, the first label, or nothing."""
        device = self.devices.get(self.device_of(name), Device())
        plain = folded(name).removesuffix("$")
        label, _, rest = plain.partition(".")
        if plain in device.spelled or (label in device.spelled and rest in (self.realms.names or ())):
            return name
        return name[: len(label)] if label in device.spelled else ""

    def is_shared(self, name: str) -> bool:
        """Whether a device is nobody's: a lab's, a cart's, a library's, and never given to one person."""
        device = self.devices.get(self.device_of(name))
        return bool(device and device.device_class in SHARED and not device.people)

    def is_system(self, name: str) -> bool:
        """Whether it is a server or network device of the tables, or a host below one of the district's domains."""
        device = self.devices.get(self.device_of(name))
        inside = name.endswith(tuple(f".{realm}" for realm in self.realms.names or () if "." in realm))
        return bool(device and device.device_class in _SYSTEMS) or inside

    def is_own_card(self, mac: str) -> bool:
        """Whether a network card is of a requested person's or a requested device."""
        card = squeezed(mac_text(mac))
        return any(card in self.devices[one].cards for one in self.own_devices if one in self.devices)

    def word_of(self, name: str) -> tuple[str, str]:
        """What kind of word stands for an account or person, and whom it stands for: a person, else the name."""
        person = name if name in self.names or name in self.roles else self.owner.get(name, "")
        if not person:
            return "Vendor" if self.kinds.get(name) == "vendor" else "Account", name
        roles = self.roles.get(person, set())
        return next((word for role, word in _WORDS if role in roles), "Staff" if roles else "Person"), person


_CALLED = frozenset({"sourcedId", "username", "email"})

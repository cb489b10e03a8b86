"""`Reference`: the questions the rest of the program asks of what the district knows."""

from collections.abc import Collection, Iterable

from model.reference.approvals import bounded, with_pauses
from model.reference.fold import EVER
from model.reference.names import folded
from model.reference.records import Records
from model.reference.rows import (
    Account,
    Approval,
    Assignment,
    CalendarDay,
    Device,
    Domain,
    Exemption,
    Network,
    Org,
    Pairing,
    Person,
    Role,
    Row,
    Session,
    Travel,
    Vendor,
)
from model.reference.shelves import Shelves, site_pair
from model.reference.spans import Lookup, every, first
from model.reference.terms import applicable, cut_at, governing
from model.reference.unread import Unread
from model.tables import TABLES


class Reference(Records):
    """Every look-up is as of an instant `at` (ms since the epoch, UTC) and answers None or an empty list where the
    district says nothing; `known(table)` tells whether it keeps the table at all."""

    def __init__(self) -> None:
        super().__init__()
        self._see(self._shelves)

    def _see(self, shelves: Shelves) -> None:
        self._shelves = shelves
        self._accounts: Lookup[Account] = shelves.lookup("accounts")
        self._devices: Lookup[Device] = shelves.lookup("devices")
        self._named: Lookup[Device] = shelves.lookup("named devices")
        self._macs: Lookup[Device] = shelves.lookup("macs")
        self._networks: Lookup[Network] = shelves.lookup("networks")
        self._domains: Lookup[Domain] = shelves.lookup("domains")

    # These six are asked for every event: one dict hit, one comparison, no further call.

    def account(self, name: str, at: int) -> Account | None:
        """The district's account of that name; unlisted, but named like a user: theirs.

        A name with a realm (`tbell@gmail.com`) is an account of that realm, which the district knows only where
        accounts.csv lists it so.
        """
        for start, end, row in self._accounts[name]:
            if start <= at < end:
                return row
        return None

    def device(self, device_id: str, at: int) -> Device | None:
        """A device by its id."""
        for start, end, row in self._devices[device_id]:
            if start <= at < end:
                return row
        return None

    def device_named(self, name: str, at: int) -> Device | None:
        """A device by id, serial or host name (long or short); None where two devices share the name."""
        for start, end, row in self._named[name]:
            if start <= at < end:
                return row
        return None

    def device_with_mac(self, mac: str, at: int) -> Device | None:
        """The device with this network card; None where two share it."""
        for start, end, row in self._macs[mac]:
            if start <= at < end:
                return row
        return None

    def network(self, address: str, at: int) -> Network | None:
        """The narrowest range that holds the address."""
        for start, end, row in self._networks[address]:
            if start <= at < end:
                return row
        return None

    def in_vpn_pool(self, address: str, at: int) -> bool:
        """Whether a VPN may give this address: networks.csv says so, or the district keeps no such table."""
        network = self.network(address, at)
        return network.kind == "vpn_pool" if network else not self.known("networks")

    def row(self, reference: str) -> Row | None:
        """The row that evidence names so (`table:key@valid_from`)."""
        table = reference.partition(":")[0]
        return self._shelves.row(table, reference) if table in TABLES else None

    def domain_category(self, host: str, at: int) -> Domain | None:
        """What the district says of a host: its own row, else its nearest parent's."""
        for start, end, row in self._domains[host]:
            if start <= at < end:
                return row
        return None

    def person(self, person: str, at: int) -> Person | None:
        """A person of users.csv."""
        return first(self._shelves.lookup("people")[person], at)

    def people_called(self, name: str, at: int) -> list[Person]:
        """The people with this name, as `Tess Bell` or `Bell, Tess`; a directory's common name is often such a one."""
        return every(self._shelves.lookup("names")[name.casefold()], at)

    def person_name(self, person: str, at: int) -> str:
        """How a sentence names a person: by name, or by the id where the tables tell none."""
        row = self.person(person, at)
        return row.name if row else person

    def site_name(self, org: str, at: int) -> str:
        """How a sentence names a school; likewise."""
        row = self.org(org, at)
        return row.name if row and row.name else org

    def roles(self, person: str, at: int) -> list[Role]:
        """The person's standing then."""
        return every(self._shelves.lookup("roles")[person], at)

    def role_history(self, person: str) -> list[Role]:
        """Every role a person has, had or will have, the newest first."""
        return [row for _, _, row in self._shelves.lookup("roles")[person]]

    def account_versions(self, name: str) -> list[Account]:
        """Every row of an account, the newest first, ended ones too."""
        return [row for _, _, row in self._accounts[name]]

    def has_role(self, person: str, at: int, names: Collection[str]) -> bool:
        """Whether one of the roles `names` was the person's."""
        return any(role.role in names for role in self.roles(person, at))

    def assignees(self, device_id: str, at: int) -> list[Assignment]:
        """To whom the device was given."""
        return every(self._shelves.lookup("assignees")[device_id], at)

    def assigned(self, person: str, at: int) -> list[Assignment]:
        """What the person was given."""
        return every(self._shelves.lookup("assigned")[person], at)

    def assignments_of(self, device_id: str) -> list[Assignment]:
        """Every row of a device, the newest first: those that have ended and those that have not begun too."""
        return [row for _, _, row in self._shelves.lookup("assignees")[device_id]]

    def pairings(self, person: str, at: int) -> list[Pairing]:
        """The pairs of devices that a person may use at once."""
        return every(self._shelves.lookup("pairings")[person], at)

    def paired(self, person: str, device_id: str, device_id_2: str, at: int) -> Pairing | None:
        """The declaration that the person may use both devices at once, in either order."""
        both = {device_id, device_id_2}
        found = self.pairings(person, at)
        return next((row for row in found if {row.device_id, row.device_id_2} == both), None)

    def travel_minutes(self, org: str, org_2: str, at: int) -> int | None:
        """Minutes from one site to the other, either way."""
        row: Travel | None = first(self._shelves.lookup("travel")[site_pair(org, org_2)], at)
        return row.minutes if row else None

    def vendor(self, vendor: str, at: int) -> Vendor | None:
        """A company whose agreement runs."""
        return first(self._shelves.lookup("vendors")[vendor], at)

    def vendor_versions(self, vendor: str) -> list[Vendor]:
        """Every row of a company, the newest first, ended agreements too."""
        return [row for _, _, row in self._shelves.lookup("vendors")[vendor]]

    def org(self, org: str, at: int) -> Org | None:
        """A school or office."""
        return first(self._shelves.lookup("orgs")[org], at)

    def org_chain(self, org: str, at: int) -> list[str]:
        """The org, its parent and so on up; a loop ends it."""
        chain: list[str] = []
        while org and org not in chain:
            chain.append(org)
            found = self.org(org, at)
            org = found.parent if found else ""
        return chain

    def sessions(self, org: str | None = None, at: int = 0) -> list[Session]:
        """Every session of the school year, or those of an org, its parents and the whole district."""
        table = "academicSessions"
        rows: list[Session] = self._shelves.make("sessions", (table,), lambda: self._shelves.rows(table))
        return applicable(rows, None if org is None else self.org_chain(org, at))

    def terms(self, org: str | None, at: int) -> list[Session]:
        """The sessions that run then at an org; org None = anywhere."""
        return [row for row in self.sessions(org, at) if row.holds(at)]

    def term_end(self, at: int, org: str | None = None) -> int | None:
        """When the term that runs at `at` ends (ms); None outside every term."""
        return governing(self.terms(org, at))

    def calendar_rows(self, date: str) -> list[CalendarDay]:
        """What the calendar says of a local date (YYYY-MM-DD), the row that began last first."""
        return [row for _, _, row in self._shelves.lookup("calendar")[date]]

    def approvals(
        self,
        kind: str,
        at_from: int,
        at_to: int,
        *,
        vendor: str | None = None,
        account: str | None = None,
        device_id: str | None = None,
    ) -> list[Approval]:
        """All approvals of a kind whose written window meets [at_from, at_to] and that could cover the subject; denied
        and revoked rows too. `valid_to` is already cut by a revocation or the term's end (`ended_by` says so)."""
        named = {"vendor": vendor, "account": folded(account) if account else None, "device_id": device_id}
        found = self._shelves.approvals().touching(kind, at_from, at_to, named)
        return [bounded(row, revocations, cut_at(self.sessions(), row, at_from)) for row, revocations in found]

    def unread(self, tables: Iterable[str]) -> list[Unread]:
        """What could not be read of these tables, or was in doubt, when they were last loaded: it is not known."""
        found = (first(self._shelves.lookup("unread")[table], EVER - 1) for table in sorted(tables))
        return [row for row in found if row]

    def exemptions(
        self,
        detection: str,
        at: int,
        *,
        account: str | None = None,
        person: str | None = None,
        device_id: str | None = None,
    ) -> list[Exemption]:
        """The exemptions from a detection that cover the subject then; one that is paused then has state `paused`."""
        named = {"person": person, "account": folded(account) if account else None, "device_id": device_id}
        return with_pauses(every(self._shelves.lookup("exemptions")[detection], at), named, at)

"""What a row of each reference table says, as frozen structs: valid from and to, and since when we know it."""

import msgspec

from model.batch import Fact
from model.event import format_ms


class Row(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """One statement of the district. Instants are ms since the epoch; None = always (from), for ever (to), since
    `valid_from` (recorded). `reference` names it in evidence: `table:key@valid_from`."""

    reference: str
    valid_from: int | None = None
    valid_to: int | None = None  # half open
    recorded_at: int | None = None

    def holds(self, at: int) -> bool:
        """Whether it was true at `at` (ms)."""
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_to is None or at < self.valid_to)


class Person(Row, frozen=True, gc=False):
    """A row of users.csv."""

    person: str
    username: str = ""
    email: str = ""
    given_name: str = ""
    family_name: str = ""
    grades: str = ""
    org: str = ""

    @property
    def name(self) -> str:
        """How a headline names the person; the id where the district gives no name."""
        return f"{self.given_name} {self.family_name}".strip() or self.person


class Org(Row, frozen=True, gc=False):
    """A school, the district, a department."""

    org: str
    name: str = ""
    type: str = ""
    parent: str = ""


class Role(Row, frozen=True, gc=False):
    """A person's standing, from its first to the end of its last day."""

    person: str
    role: str
    org: str = ""
    primary: bool = True


class Session(Row, frozen=True, gc=False):
    """A term of the school year; valid from its first to the end of its last local day. Empty org = all schools."""

    session_id: str
    title: str = ""
    type: str = ""
    org: str = ""
    school_year: str = ""


class Account(Row, frozen=True, gc=False):
    """An account and whose it is; `kind` = personal, service, generic, testing, vendor.

    `realm`: what accounts.csv writes before or behind the name; None where it writes the name alone.
    """

    account: str
    kind: str
    realm: str | None = None
    person: str | None = None
    vendor: str | None = None


class Device(Row, frozen=True, gc=False):
    """A device the district knows."""

    device_id: str
    device_class: str
    serial: str = ""
    hostname: str = ""
    macs: tuple[str, ...] = ()
    org: str | None = None


class Assignment(Row, frozen=True, gc=False):
    """A device given to a person."""

    device_id: str
    person: str


class Pairing(Row, frozen=True, gc=False):
    """Two devices that one person may use at once."""

    person: str
    device_id: str
    device_id_2: str
    declared_by: str = ""


class Network(Row, frozen=True, gc=False):
    """A range of addresses; `kind` = site, student, vpn_pool, egress, guest, cgnat, relay, vendor."""

    cidr: str
    kind: str
    org: str | None = None

    @property
    def shared(self) -> bool:
        """Many people stand behind one address: it is evidence neither of a person nor of a place."""
        return self.kind in ("egress", "guest", "cgnat", "relay")


class Domain(Row, frozen=True, gc=False):
    """What the district says a domain (and its subdomains) is."""

    domain: str
    category: str


class Travel(Row, frozen=True, gc=False):
    """How long it takes from one site to the other, either way."""

    org: str
    org_2: str
    minutes: int


class CalendarDay(Row, frozen=True, gc=False):
    """What the calendar says of one local day (YYYY-MM-DD); empty org = all."""

    date: str
    kinds: tuple[str, ...]
    org: str = ""


class Vendor(Row, frozen=True, gc=False):
    """A company with an agreement; the agreement ends with `valid_to`."""

    vendor: str
    name: str = ""
    project_manager: str = ""
    sponsor: str = ""
    agreement_id: str = ""
    nda_id: str = ""


class Approval(Row, frozen=True, gc=False):
    """A permission asked for. `valid_to` is where it really ended; `granted_to` is what the row says.

    `ended_by`: None, `revoked` or `term` (open-ended or longer than 365 days: cut at the end of the term);
    `revocation` is the reference of the row that revoked it.
    """

    approval_id: str
    kind: str
    state: str
    vendor: str = ""
    account: str = ""
    systems: tuple[str, ...] = ()
    device_id: str = ""
    entitlement: str = ""
    after_hours: bool = False
    approver: str = ""
    approver_role: str = ""
    reason: str = ""
    granted_to: int | None = None
    ended_by: str | None = None
    revocation: str | None = None


class Exemption(Row, frozen=True, gc=False):
    """An excuse from one detection; every column it names must agree."""

    exemption_id: str
    detection: str
    account: str = ""
    person: str = ""
    device_id: str = ""
    approver: str = ""
    approver_role: str = ""
    reason: str = ""


class Unread(Row, frozen=True, gc=False):
    """What a load could not read of one table: `head` of its file or header, `rows` that were left out, of which
    `shown` are the first. Ended (`valid_to`) once a later load has read the table well."""

    table: str
    rows: int = 0
    shown: tuple[str, ...] = ()
    head: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """One line for people: `approvals: 1 row could not be read: line 2, valid_from "soon"`."""
        named = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        first = f": {'; '.join(self.shown)}" if self.shown else ""
        more = f"; and {self.rows - len(self.shown):,} more" if self.shown and self.rows > len(self.shown) else ""
        lost = [f"{named} could not be read{first}{more}"] if self.rows else []
        return f"{self.table}: {'; '.join([*self.head, *lost])}"


def reference_of(fact: Fact) -> str:
    """How evidence names the row of `fact`."""
    return f"{fact.table}:{fact.key}" + ("" if fact.valid_from is None else f"@{format_ms(fact.valid_from)}")

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
    state: str = ""  # of residence, two letters; empty = the district's

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
    room: str = ""
    purchase_id: str = ""
    encryption_required: bool | None = None  # None: the column is absent, or says nothing
    managed_by: str = ""


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
    remote_tools: tuple[str, ...] = ()  # hosts or apps the company may use


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
    """An excuse from one detection; every column it names must agree. A row with state `paused` takes its id's excuse
    away for as long as it holds."""

    exemption_id: str
    detection: str
    account: str = ""
    person: str = ""
    device_id: str = ""
    approver: str = ""
    approver_role: str = ""
    reason: str = ""
    state: str = ""


class SchoolClass(Row, frozen=True, gc=False):
    """A class of OneRoster; `room` is devices.csv's, `periods` are bells.csv's."""

    class_id: str
    title: str = ""
    org: str = ""
    terms: tuple[str, ...] = ()
    room: str = ""
    periods: tuple[str, ...] = ()


class Enrollment(Row, frozen=True, gc=False):
    """A person in a class; `role` = student, teacher, aide, proctor, or another word of OneRoster."""

    class_id: str
    person: str
    role: str


class Bell(Row, frozen=True, gc=False):
    """A period of a school's day: weekdays (letters of MTWRFSU), local wall clock `HH:MM`."""

    org: str
    period: str
    days: str
    starts: str
    ends: str


class Checkout(Row, frozen=True, gc=False):
    """Devices handed to a class or to one person while the row holds."""

    checkout_id: str
    device_ids: tuple[str, ...]
    class_id: str = ""
    person: str = ""


class Visit(Row, frozen=True, gc=False):
    """Somebody on site while the row holds: a person, an account, or a company's people."""

    visit_id: str
    org: str
    person: str = ""
    vendor: str = ""
    account: str = ""


class Standing(Row, frozen=True, gc=False):
    """A person's standing, or one account's where `account` is filled."""

    standing_id: str
    kind: str
    person: str = ""
    account: str = ""
    reason: str = ""


class DirectoryEntry(Row, frozen=True, gc=False):
    """What the directory said of an account; `state` = enabled, disabled."""

    account: str
    state: str


class Contract(Row, frozen=True, gc=False):
    """Something signed, at `valid_from`."""

    contract_id: str
    person: str
    kind: str
    version: str = ""
    school_year: str = ""


class Loss(Row, frozen=True, gc=False):
    """A device lost, stolen or compromised; `*_at` in ms since the epoch, None where nobody wrote it down."""

    loss_id: str
    device_id: str
    kind: str
    last_seen_at: int | None = None
    discovered_at: int | None = None
    reported_at: int | None = None
    reported_to: tuple[str, ...] = ()
    police_report_at: int | None = None
    recovered_at: int | None = None
    reported_by: str = ""


class Return(Row, frozen=True, gc=False):
    """A device asked back; one without `returned_at` is a request."""

    return_id: str
    device_id: str
    person: str = ""
    requested_at: int | None = None
    due_at: int | None = None
    returned_at: int | None = None
    wiped_at: int | None = None


class Unblock(Row, frozen=True, gc=False):
    """A request that the filter let a domain through; `decision` = granted, denied, empty while it is open."""

    request_id: str
    domain: str
    requester: str = ""
    requested_at: int | None = None
    decided_at: int | None = None
    decision: str = ""
    approver: str = ""
    approver_role: str = ""
    expires_at: int | None = None
    appeal_of: str = ""


class Software(Row, frozen=True, gc=False):
    """What was decided of an app, of one version or of all (empty); `decision` = approved, denied, remove."""

    app: str
    decision: str
    version: str = ""
    approver: str = ""


class App(Row, frozen=True, gc=False):
    """An app that only people of these roles may have; named as the sign-in log names it, `*` allowed at the end."""

    app: str
    roles: tuple[str, ...]


class System(Row, frozen=True, gc=False):
    """Whose records a system holds (column `holds`): all_students, all_staff, class:ID, org:ID, none."""

    system: str
    records_of: tuple[str, ...]


class Search(Row, frozen=True, gc=False):
    """That somebody searched the audit trail, as the records desk tells it. `person`: who they are in the district's
    tables; `about`: whom they looked for; `case_open` = open, closed, unknown, empty where no case was named."""

    search_id: str
    at: int
    actor: str
    role: str = ""
    person: str = ""
    supervisors: tuple[str, ...] = ()
    how: str = ""  # search, timeline, export
    purpose: str = ""
    case: str = ""
    case_open: str = ""
    about: tuple[str, ...] = ()
    asked: str = ""
    rows: int = 0


class Check(Row, frozen=True, gc=False):
    """What a check of the stored records found of one class; 0 `rows`: nothing. `days`: how long the oldest of them
    has been past its schedule."""

    check_id: str
    at: int
    kind: str
    record_class: str = ""
    rows: int = 0
    days: int = 0
    actor: str = ""
    schedule: str = ""
    shows: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """What it was about: checks of one subject follow each other."""
        return f"{self.kind}:{self.record_class}"


def reference_of(fact: Fact) -> str:
    """How evidence names the row of `fact`."""
    return f"{fact.table}:{fact.key}" + ("" if fact.valid_from is None else f"@{format_ms(fact.valid_from)}")

"""What can happen in a simulated district, before any vendor has written it down.

Every `at` is UTC milliseconds. These are tuples because millions are made.
"""

from typing import NamedTuple

BLOCKED, ALLOWED, ASKED = "blocked", "allowed", "asked"  # asked: the proxy wanted a password first
SQUID, FORTIGATE = "squid", "fortigate"


class WebRequest(NamedTuple):
    """One request through a web filter. An empty account is a machine's own, or one the filter does not know."""

    at: int
    gate: str
    account: str
    address: str
    host: str
    path: str
    size: int
    verdict: str = ALLOWED
    category: str = ""  # the filter's own word; only FortiGate has one
    secure: bool = True
    sent: int = 900
    method: str = "GET"


class Flow(NamedTuple):
    """A connection the firewall saw that is not a web page."""

    at: int
    account: str
    address: str
    target: str
    port: int
    protocol: int  # 6 TCP, 17 UDP
    service: str
    sent: int
    received: int
    seconds: int = 30
    action: str = "accept"
    app: tuple[str, str] = ("", "")  # the application and its category, where the firewall knows them


class Desk(NamedTuple):
    """Something in a Windows computer's Security log; `windows.py` has the phrases they come in.

    Of a session: logged_on, ended (4634, by the system), logged_off (4647, by the user), locked, unlocked,
    saver_on, saver_off, reconnected, disconnected, special. Besides: failed, explicit (4648), started.
    """

    at: int
    feed: str  # the source that forwards this computer's log
    what: str
    account: str
    computer: str
    logon_type: int = 2
    address: str = "127.0.0.1"
    logon_id: int = 0  # which session it is about
    linked_id: int = 0  # the other half of an administrator's logon
    elevated: bool = False
    domain: str = ""  # empty: the district's
    asked_by: str = ""  # the program that asked for the logon, where its type does not say
    subject: tuple[str, int] = ("", 0)  # account and logon id of who asked; empty: the computer itself
    client: str = ""  # the other machine's name for itself
    session: int = 1


class Ticket(NamedTuple):
    """Something at the domain controller: ticket, service_ticket, pre_auth_failed, validated, locked_out."""

    at: int
    what: str
    account: str
    address: str
    computer: str = ""


class Managed(NamedTuple):
    """An account's life at the domain controller: created, enabled, disabled; `by` is who did it."""

    at: int
    what: str
    account: str
    by: str


class Chromebook(NamedTuple):
    """A ChromeOS report. `arrived_at` 0 means it was uploaded at once."""

    at: int
    event: str
    account: str
    serial: str
    device_id: str
    arrived_at: int = 0
    detail: tuple[tuple[str, str], ...] = ()
    reason: str = ""  # Google's word; empty: the usual one of the event


class CloudLogin(NamedTuple):
    """A sign-in to the cloud office, which knows an address and no device."""

    at: int
    account: str
    address: str
    event: str = "login_success"


class Lease(NamedTuple):
    """DHCP: granted (asked for and given), sought (from the beginning), released, refused, informed."""

    at: int
    what: str
    address: str
    mac: str
    hostname: str = ""


class Radius(NamedTuple):
    """802.1X at an access point; `reason` is empty when it let the user in."""

    at: int
    user: str
    access_point: str
    mac: str
    reason: str = ""
    inner: bool = False
    secret: str = ""


class Tunnel(NamedTuple):
    """VPN: opened, closed, refused; `bytes` are to and from the client, `seconds` how long it stood."""

    at: int
    gateway: str  # the source id
    what: str
    account: str
    public: str
    assigned: str = ""
    group: str = "Staff"
    seconds: int = 0
    to_client: int = 0
    from_client: int = 0


class Shell(NamedTuple):
    """sshd on a server: accepted, failed, closed."""

    at: int
    what: str
    host: str
    account: str
    address: str


LAPTOPS = "Roaming Computers"  # Umbrella's word


class Lookup(NamedTuple):
    """A name that a roaming computer's filter agent looked up, or a whole network (`kind`) through the filter.

    `arrived_at` 0 means it was exported at once.
    """

    at: int
    computer: str
    public: str
    host: str
    category: str = "News"
    verdict: str = ALLOWED
    arrived_at: int = 0
    kind: str = LAPTOPS


class SignIn(NamedTuple):
    """A sign-in to the cloud directory; `computer` is a joined machine, `interactive` false a renewed token."""

    at: int
    account: str
    address: str
    computer: str = ""
    app: str = "Office 365 Exchange Online"
    interactive: bool = True


class RoleChange(NamedTuple):
    """What an administrator did to somebody's roles or second factor in the cloud directory; `activity` is its word."""

    at: int
    activity: str
    by: str
    account: str
    role: str = ""


class DirectoryChange(NamedTuple):
    """A change at the domain controller, made by `by`. Of an account: password_reset, account_unlocked; of a group
    (`thing`): member_added, member_removed; of the controller itself: audit_removed (`thing` is the subcategory),
    policy_changed (`thing` is the least length of a password), log_cleared.
    """

    at: int
    what: str
    by: str
    account: str = ""
    thing: str = ""


class Console(NamedTuple):
    """Something in the cloud office's admin or drive log, with its parameters in the vendor's words."""

    at: int
    application: str  # admin, drive
    kind: str
    event: str
    account: str
    address: str
    detail: tuple[tuple[str, str], ...] = ()


class CheckIn(NamedTuple):
    """A Mac calls its management, by itself, every quarter of an hour."""

    at: int
    serial: str
    computer: str
    mac: str
    address: str


class Command(NamedTuple):
    """An administrator's command to a Windows computer in its management, such as locateDevice."""

    at: int
    operation: str
    by: str
    computer: str
    serial: str


class Raw(NamedTuple):
    """A line as it is: what no writer makes, such as garbage and messages nobody knows."""

    at: int
    source: str
    line: str


Happening = (
    WebRequest
    | Flow
    | Desk
    | Ticket
    | Managed
    | Chromebook
    | CloudLogin
    | Lease
    | Radius
    | Tunnel
    | Shell
    | Lookup
    | SignIn
    | RoleChange
    | DirectoryChange
    | Console
    | CheckIn
    | Command
    | Raw
)

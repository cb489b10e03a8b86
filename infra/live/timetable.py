"""The school's hour: one of each violation, planted, and beside them what only looks like one. Minutes since nine."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from infra.live.cast import HARMLESS, INTRANET, MIRROR, PEER, PHONE, REFUSED, TESTING, device

LASTS = 64  # minutes
SEARCH = "http://search.example/find?q="


@dataclass(frozen=True)
class Lease:
    """A device comes into a network and stays."""

    at: float
    device_id: str
    network: str


@dataclass(frozen=True)
class Leave:
    """A device is unplugged, without a word to anybody."""

    at: float
    device_id: str
    network: str


@dataclass(frozen=True)
class Visit:
    """One request through a proxy. `account` None: without signing in. `asked` first: the proxy's 407 comes first."""

    at: float
    host: str
    account: str | None
    url: str
    refused: bool = False
    asked: bool = False
    through: str = "squid"


@dataclass(frozen=True)
class Login:
    """A login at an access point or switch; `method` is PAP, PEAP or TTLS."""

    at: float
    nas: str
    user: str
    station: str
    method: str = "PAP"
    outer: str = ""
    wrong: bool = False


@dataclass(frozen=True)
class Tunnel:
    """A VPN session, until its client leaves or is `killed` without a word. `wrong`: it has the password wrong.
    `claimed`: through strongSwan, the IKE identity that the client gives itself, which nobody checks."""

    at: float
    until: float
    host: str
    account: str
    killed: bool = False
    wrong: bool = False
    through: str = "openvpn"
    claimed: str = ""


@dataclass(frozen=True)
class HangUp:
    """The end of a tunnel's client: in order, or without a word."""

    at: float
    host: str
    killed: bool


@dataclass(frozen=True)
class Shell:
    """A sign-in to the school's server by ssh, for one command; `sudo` as root. `wrong`: the password is."""

    at: float
    host: str
    account: str
    wrong: bool = False
    sudo: bool = False


Act = Lease | Leave | Visit | Login | Tunnel | HangUp | Shell


def timetable() -> list[Act]:
    """Every act, in order."""
    parts = (mornings, shared_account, one_person_each, vendor_sessions, tunnels_that_are_fine, circumvention,
             harmless_pages, behind_one_address, wireless, west, shells, built_in_vpn)  # fmt: skip
    acts = list(chain.from_iterable(part() for part in parts))
    ends = [HangUp(act.until, act.host, act.killed) for act in acts if isinstance(act, Tunnel)]
    return sorted([*acts, *ends], key=lambda act: act.at)


def mornings() -> Iterator[Act]:
    """Every device but those that come later takes a lease."""
    ids = ("bell-laptop", "rowe-laptop", "room-104", "lee-laptop", "cb-11", "cb-12", "cb-13", "cb-14", "cb-15",
           "cb-16", "cb-17")  # fmt: skip
    yield from (Lease(-5, one, "north") for one in ids)
    yield from (Lease(-5, one, "south") for one in ("south-lab-3", "south-lab-4", "south-lab-5", "south-lab-6"))
    yield from (Lease(-5, one, "west") for one in ("west-lab-1", "west-lab-2"))


def shared_account() -> Iterator[Act]:
    """PLANTED: tbell's laptop at North and a lab's computer at South, both in use for twenty minutes."""
    yield from work("tbell", "bell-laptop", "north", 0, 40)
    yield from work("tbell", "south-lab-3", "south", 12, 32)


def west() -> Iterator[Act]:
    """PLANTED: gmoss at West, whose leases dnsmasq gives, and at South. A student behind West's own filter."""
    yield from work("gmoss", "west-lab-1", "west", 36, 58)
    yield from work("gmoss", "south-lab-6", "south", 40, 56)
    there = "west-lab-2.west"
    for minute, url in ((44, "http://lessons.example/a%20b?q=x,y"), (47, "https://library.example/")):
        yield Visit(minute, there, "rkim", url, through="e2guardian")
    yield Visit(50, there, "rkim", "http://hide-me-now.example/go", refused=True, through="e2guardian")


def shells() -> Iterator[Act]:
    """At the server: staff, from home through the tunnel too; a password mistyped, a name that nobody has; a vendor
    within an approved session."""
    yield Shell(7, "rowe-laptop.north", "drowe", wrong=True)
    yield Shell(8, "rowe-laptop.north", "drowe")
    yield Shell(11, "cole-home", "hcole", sudo=True)
    yield Shell(13, "room-104.north", "admin", wrong=True)
    yield Shell(19, "lee-home", "acme-lee")


def one_person_each() -> Iterator[Act]:
    """A Chromebook handed on, a declared pair, a testing account at two schools, a laptop carried between them."""
    yield from work("mquinn", "cb-11", "north", 0, 14)
    yield from work("mquinn", "cb-12", "north", 12, 30)
    yield from work("drowe", "rowe-laptop", "north", 5, 35)
    yield from work("drowe", "room-104", "north", 6, 36)
    yield from work(TESTING, "cb-13", "north", 10, 30)
    yield from work(TESTING, "south-lab-4", "south", 10, 30)
    yield from work("slee", "lee-laptop", "north", 0, 10)
    yield Leave(12, "lee-laptop", "north")
    yield Lease(26, "lee-laptop", "south")
    yield from work("slee", "lee-laptop", "south", 29, 41)


def vendor_sessions() -> Iterator[Act]:
    """PLANTED: acme-kay for 25 minutes, while only a colleague has an approval. A wrong password opened nothing."""
    yield Tunnel(4, 7, "kay-home", "acme-kay", wrong=True)
    yield Tunnel(20, 45, "kay-home", "acme-kay")


def tunnels_that_are_fine() -> Iterator[Act]:
    """A password mistyped before the approval begins, in a hotel; approved and broken off once; approved and its lid
    closed, so that the end comes late; staff; a service."""
    yield Tunnel(5, 8, "hotel", "acme-lee", wrong=True)
    yield Tunnel(12, 30, "lee-home", "acme-lee")
    yield Tunnel(31, 48, "lee-home", "acme-lee")
    yield from (Visit(minute, "lee-home", None, f"http://{INTRANET}/roster") for minute in (16, 20, 36))
    yield Tunnel(10, 38, "ann-home", "brightco-ann", killed=True)
    yield Tunnel(5, 25, "cole-home", "hcole")
    yield Tunnel(0, LASTS, "boces-gate", PEER)


def built_in_vpn() -> Iterator[Act]:
    """By strongSwan: the principal mistypes a password, then comes in on a phone that bears a teacher's name."""
    yield Tunnel(27, 29, "cole-home", "hcole", wrong=True, through="strongswan", claimed="hcole")
    yield Tunnel(30, 50, "cole-home", "hcole", through="strongswan", claimed="tbell")


def circumvention() -> Iterator[Act]:
    """PLANTED: jpark searches for a way around, is refused twice, and gets through by a host the list lacks."""
    here = "cb-15.north"
    yield Visit(9, here, "jpark", "http://lessons.example/fractions")
    yield Visit(10, here, "jpark", f"{SEARCH}unblocked+games+proxy+site")
    yield Visit(12, here, "jpark", "https://free-vpn.example/download", refused=True)
    yield Visit(14, here, "jpark", "http://hide-me-now.example/go", refused=True)
    yield from (Visit(minute, here, "jpark", f"https://{MIRROR}/") for minute in (18, 20, 22, 24))


def harmless_pages() -> Iterator[Act]:
    """One page of forty refused requests, one search, and a student whose class has the director's consent."""
    refused = tuple(REFUSED)
    for number in range(40):
        url = f"http://{refused[number % 3]}/part-{number}"
        yield Visit(20 + number / 100, "cb-16.north", "avega", url, refused=True)
    yield Visit(15, "cb-17.north", "rkim", f"{SEARCH}how+to+bypass+filter")
    yield from work("rkim", "cb-17", "north", 16, 24)
    yield Visit(30, "south-lab-5.south", "tlopez", "http://unblock-it.example/about", refused=True)
    yield Visit(31, "south-lab-5.south", "tlopez", f"{SEARCH}web+proxy+explained")
    yield Visit(32, "south-lab-5.south", "tlopez", f"https://{MIRROR}/")


def behind_one_address() -> Iterator[Act]:
    """An annex behind one address, where vnguyen also is by her Chromebook's word; guests whom nobody knows."""
    yield from work("vnguyen", "cb-14", "north", 10, 30)
    yield from (Visit(minute, "annex-1", "vnguyen", "http://library.example/") for minute in range(11, 30, 3))
    yield from (Visit(minute, "annex-2", "mquinn", "http://library.example/") for minute in range(1, 30, 4))
    for minute in range(12):
        yield Visit(30 + minute, "guest-1", None, "http://unblock-it.example/", refused=True)
        yield Visit(30.5 + minute, "guest-1", None, "https://free-vpn.example/", refused=True)


def wireless() -> Iterator[Act]:
    """Logins as access points and switches pass them on: inner and outer, every form of MAC, and failures."""
    yield Login(-4, "ap-north", "tbell", device("bell-laptop").mac, "PEAP", outer="anonymous@maple.example")
    yield Login(-4, "ap-north", "drowe", device("rowe-laptop").mac, "PEAP")
    yield Login(-3.5, "ap-north", "mquinn", device("cb-11").mac, "TTLS", outer="anonymous")
    yield Login(-3, "sw-north", "host/room-104.maple.example", "0000.5e00.5313", wrong=True)
    yield Login(8, "ap-south", "drowe", PHONE)
    yield Login(9, "ap-north", r"MAPLE\jpark", device("cb-15").mac.upper().replace(":", "-"))
    yield Login(10, "ap-north", "avega", device("cb-16").mac.replace(":", ""), wrong=True)
    yield Login(11, "ap-north", "avega", device("cb-16").mac, "PEAP", wrong=True)
    yield Login(12, "ap-north", "nobody-here", PHONE, wrong=True)
    yield Login(28, "ap-south", "slee", device("lee-laptop").mac, "PEAP")


def work(account: str, device_id: str, network: str, start: int, end: int) -> Iterator[Visit]:
    """A page every two minutes from `start` to `end`, over http and https in turn."""
    for number, minute in enumerate(range(start, end + 1, 2)):
        scheme, name = ("https", "http")[number % 2], HARMLESS[number % len(HARMLESS)]
        host = device(device_id).host(network)
        yield Visit(minute, host, account, f"{scheme}://{name}/page-{number}", asked=number % 5 == 0)

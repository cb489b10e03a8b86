"""Who and what the school is: people, devices and names, all made up; its addresses exist in the namespaces only."""

from dataclasses import dataclass

ZONE = "America/Chicago"
STARTS = "2026-03-04T08:40:00-06:00"  # a Wednesday; minute 0 of the timetable is nine o'clock
NINE = "2026-03-04T09:00:00-06:00"
SPEED = 20  # times the clock

SERVER = "10.20.0.1"  # proxy and RADIUS, in the core
GATEWAY = "198.51.100.1"  # the VPN's public side
WEB = "192.0.2.80"
SIS = "10.20.0.20"
ANNEX, GUESTS = "10.20.8.2", "10.20.9.2"  # what hides behind one address each
POOL = "10.20.50.0"  # OpenVPN's
IKE_POOL = "10.20.60.0"  # strongSwan's
SUBNETS = {"north": "10.20.1.0/24", "south": "10.20.2.0/24"}  # where dhcpd lends addresses
WEST = "10.20.3.0/24"  # where dnsmasq does
BRIDGES = {
    "north": ("10.20.1.1/24",),
    "south": ("10.20.2.1/24",),
    "west": ("10.20.3.1/24",),
    "servers": (f"{SERVER}/24",),
    "annex": ("10.20.8.1/24",),
    "guests": ("10.20.9.1/24",),
    "wan": (f"{GATEWAY}/24", "203.0.113.1/24", "192.0.2.1/24"),
}
WEST_BOX = "10.20.3.2"  # dnsmasq
NAS = {"ap-north": "10.20.1.2", "sw-north": "10.20.1.3", "ap-south": "10.20.2.2"}
HOMES = {"kay-home": "203.0.113.50", "lee-home": "203.0.113.60", "ann-home": "203.0.113.61",
         "hotel": "203.0.113.62", "cole-home": "203.0.113.70", "boces-gate": "203.0.113.80"}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody of the district; the account is theirs alone unless `kind` says otherwise."""

    account: str
    given: str
    family: str
    role: str
    org: str

    @property
    def person_id(self) -> str:
        """Their id in users.csv."""
        return f"p-{self.account}"

    @property
    def secret(self) -> str:
        """Their password."""
        return secret_of(self.account)


@dataclass(frozen=True)
class Device:
    """A device with one card. `networks` are the bridges it is seen in: a laptop that is carried has two."""

    device_id: str
    device_class: str
    org: str
    number: int
    networks: tuple[str, ...]

    @property
    def mac(self) -> str:
        """Of the range kept for documentation (RFC 7042)."""
        return f"00:00:5e:00:53:{self.number:02x}"

    def host(self, network: str) -> str:
        """Its namespace in a network."""
        return f"{self.device_id}.{network}"


PEOPLE = (
    Person("tbell", "Tess", "Bell", "teacher", "NORTH"),
    Person("drowe", "Dana", "Rowe", "teacher", "NORTH"),
    Person("slee", "Sam", "Lee", "teacher", "NORTH"),
    Person("hcole", "Hugh", "Cole", "principal", "NORTH"),
    Person("mquinn", "Mia", "Quinn", "student", "NORTH"),
    Person("vnguyen", "Vy", "Nguyen", "student", "NORTH"),
    Person("jpark", "Jae", "Park", "student", "NORTH"),
    Person("avega", "Ana", "Vega", "student", "NORTH"),
    Person("rkim", "Ray", "Kim", "student", "NORTH"),
    Person("tlopez", "Toni", "Lopez", "student", "SOUTH"),
    Person("gmoss", "Gil", "Moss", "teacher", "WEST"),
)
TESTING = "testlab1"
VENDORS = {"acme-kay": "acme", "acme-lee": "acme", "brightco-ann": "brightco"}
PEER = "boces-link"
OPERATORS = ("hcole",)  # may use sudo on the server

DEVICES = tuple(
    Device(device_id, device_class, org, number, tuple(networks.split()))
    for number, (device_id, device_class, org, networks) in enumerate(
        (
            ("bell-laptop", "staff", "NORTH", "north"),
            ("south-lab-3", "lab", "SOUTH", "south"),
            ("rowe-laptop", "staff", "NORTH", "north"),
            ("room-104", "staff", "NORTH", "north"),
            ("lee-laptop", "staff", "NORTH", "north south"),
            ("cb-11", "cart", "NORTH", "north"),
            ("cb-12", "cart", "NORTH", "north"),
            ("cb-13", "cart", "NORTH", "north"),
            ("cb-14", "cart", "NORTH", "north"),
            ("cb-15", "cart", "NORTH", "north"),
            ("cb-16", "cart", "NORTH", "north"),
            ("cb-17", "cart", "NORTH", "north"),
            ("south-lab-4", "lab", "SOUTH", "south"),
            ("south-lab-5", "lab", "SOUTH", "south"),
            ("south-lab-6", "lab", "SOUTH", "south"),
            ("west-lab-1", "lab", "WEST", "west"),
            ("west-lab-2", "lab", "WEST", "west"),
        ),
        start=0x10,
    )
)
ASSIGNED = {"bell-laptop": "tbell", "rowe-laptop": "drowe", "lee-laptop": "slee"}
PHONE = "00-00-5E-00-53-AA"  # of drowe; nobody's in devices.csv

# Names of hosts by what they are. The refused ones are in squid's list; `mirror` is not: that is how one gets through.
REFUSED = {"free-vpn.example": "vpn", "hide-me-now.example": "proxy_avoidance", "unblock-it.example": "proxy_avoidance"}
MIRROR = "homework-helper.example"
HARMLESS = ("library.example", "lessons.example", "search.example", "news.example")
INTRANET = "sis.maple.example"
DOMAINS = {**REFUSED, MIRROR: "proxy_avoidance", "lessons.example": "curriculum", INTRANET: "sis"}


def secret_of(account: str) -> str:
    """The password of an account, as the servers know it; it must never come out of a parser."""
    return f"pw-of-{account}-9f"


def people_secrets() -> dict[str, str]:
    """Password by account of everybody who signs in at the proxy or through RADIUS."""
    return {name: secret_of(name) for name in (*(person.account for person in PEOPLE), TESTING)}


def tunnel_secrets() -> dict[str, str]:
    """Password by account of everybody who may open a tunnel."""
    return {name: secret_of(name) for name in (*VENDORS, PEER, "hcole")}


def ike_secrets() -> dict[str, str]:
    """Password by account of everybody who may use the VPN that their phone or laptop has built in."""
    return {name: secret_of(name) for name in ("hcole", "drowe")}


def server_secrets() -> dict[str, str]:
    """Password by account of everybody who has an account on the school's server."""
    return {name: secret_of(name) for name in ("drowe", *OPERATORS, "acme-lee")}


def device(device_id: str) -> Device:
    """The device of that id."""
    return next(one for one in DEVICES if one.device_id == device_id)

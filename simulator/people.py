"""Schools, the people in them and the machines they use: plain records, small enough to have 100,000 of."""

from dataclasses import dataclass, field

from simulator import address_plan

HIGH, ELEMENTARY, OFFICE = "high", "elementary", "office"
STAFF_PCS, LAB_PCS, ANNEX_PCS = "staff-pcs", "lab-pcs", "annex-pcs"
SERVER_ROOM = "dc"  # the domain controller, and the Windows servers whose logs it collects


@dataclass(slots=True)
class Device:
    """A machine as devices.csv knows it, and the address it gets at home."""

    device_id: str
    kind: str  # the class of devices.csv
    org: str
    mac: str
    hostname: str = ""
    serial: str = ""
    address: str = ""
    feed: str = STAFF_PCS
    purchased: bool = True  # whether the inventory knows by which order it came


@dataclass(slots=True)
class Person:
    """Somebody with an account. `number` counts within the school and role group, and decides the timetable."""

    person_id: str
    account: str
    given: str
    family: str
    role: str
    school: "School"
    number: int
    index: int
    laptop: Device | None = None
    phone_mac: str = ""
    signed: bool = True  # the contract or acknowledgement of this school year
    last_day: str = ""  # of the role, inclusive; empty: stays

    @property
    def home(self) -> str:
        """The public address of this person's home."""
        return address_plan.home(self.index)

    @property
    def tunnel(self) -> str:
        """The address this person gets over VPN."""
        return address_plan.staff_tunnel(self.index)


@dataclass(slots=True)
class School:
    """A site: its network's second octet, its lab and carts."""

    org: str
    name: str
    slug: str
    kind: str
    octet: int
    lab: list[Device] = field(default_factory=list)
    carts: list[list[Device]] = field(default_factory=list)
    students: list[Person] = field(default_factory=list)
    staff: list[Person] = field(default_factory=list)

    @property
    def access_points(self) -> list[str]:
        """The names its access points log under."""
        return [f"ap-{self.slug}-{number}" for number in range(101, 105)]


@dataclass(slots=True)
class Server:
    """A machine in the server room, with a fixed lease."""

    host: str
    address: str
    mac: str


def mac(number: int) -> str:
    """The number-th invented hardware address."""
    return f"ac:de:48:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"


def private_mac(number: int) -> str:
    """A randomized hardware address, as phones make for themselves."""
    return f"3a:5c:{number >> 24 & 255:02x}:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"

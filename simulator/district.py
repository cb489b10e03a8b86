"""Founds a district of the size asked for: schools, people with accounts, and the machines each of them uses."""

from dataclasses import dataclass, field
from itertools import count
from random import Random

from simulator import address_plan
from simulator.local_time import LocalTime
from simulator.names import FAMILY, GIVEN, Accounts
from simulator.options import Options
from simulator.people import (
    ELEMENTARY,
    HIGH,
    LAB_PCS,
    OFFICE,
    STAFF_PCS,
    Device,
    Person,
    School,
    Server,
    mac,
    private_mac,
)

CART = 30
LESSONS_WITH_CART = 4  # of six
LAB = 30
STUDIO = "MAC-STUDIO"
SERVERS = ("sis-db1", "hvac1", "cams1", "files1", "print1", "lib1", "dc1")
OFFICE_ROLES = (
    "superintendent",
    "ext:director_of_technology",
    "ext:executive_director",
    "districtAdministrator",
    "districtAdministrator",
    "ext:it",
    "ext:it",
    "ext:it",
)


@dataclass(slots=True)
class District:
    """Everything that does not change while the simulation runs."""

    options: Options
    clock: LocalTime
    office: School
    schools: list[School] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)
    servers: dict[str, Server] = field(default_factory=dict)
    accounts: Accounts = field(default_factory=Accounts)
    macs: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def studio(self) -> Device:
        """The Mac of the district office's studio, which nobody signs in to."""
        return next(device for device in self.devices if device.device_id == STUDIO)

    @property
    def sites(self) -> list[School]:
        """The schools and the district office."""
        return [*self.schools, self.office]

    def fqdn(self, host: str) -> str:
        """A machine's full name."""
        return f"{host}.{self.options.domain}"

    def new_mac(self) -> str:
        """A hardware address nobody has."""
        return mac(next(self.macs))

    def add_device(self, device: Device) -> Device:
        """Registers a machine."""
        self.devices.append(device)
        return device


def found(options: Options) -> District:
    """A district for these options; equal options give an equal one."""
    office = School("DO", f"{options.name} District Office", "do", OFFICE, address_plan.OFFICE)
    district = District(options, LocalTime(options.timezone), office)
    rng = Random(f"{options.seed}:district")
    _build(district)
    _staff(district, rng)
    _students(district, rng)
    for school in district.schools:
        _equip(district, school)
    _network(district)
    return district


def _build(district: District) -> None:
    for number in range(district.options.schools):
        kind, word = ((HIGH, "High"), (ELEMENTARY, "Elementary"))[number % 2]
        slug = f"{kind[0]}s{number + 1}"
        name = f"{FAMILY[number % len(FAMILY)]} {word} School"
        district.schools.append(School(f"S{number + 1:03d}", name, slug, kind, number + 1))
    for number, host in enumerate(SERVERS):
        address = address_plan.inside(address_plan.OFFICE, address_plan.SERVERS, number)
        district.servers[host] = Server(host, address, district.new_mac())


def one_more(district: District, role: str, school: School | None) -> Person:
    """Somebody besides those the size asks for: staff, or a student of a school where each has a Chromebook."""
    rng = Random(f"{district.options.seed}:{len(district.people)}")
    if role == "student":
        place = school or next(each for each in district.schools if each.kind == HIGH)
        return _enroll(district, rng, place)
    return _employ(district, rng, role, school or (district.office if role in OFFICE_ROLES else district.schools[0]))


def staff_count(people: int) -> int:
    """How many of so many people work for the district."""
    return max(36, people * 13 // 100)


def _staff(district: District, rng: Random) -> None:
    for role in OFFICE_ROLES:
        _employ(district, rng, role, district.office)
    schools = district.schools
    for number in range(staff_count(district.options.people) - len(OFFICE_ROLES)):
        rank = number // len(schools)
        role = {0: "principal", 1: "aide"}.get(rank, "teacher" if rank % 8 else "aide")
        _employ(district, rng, role, schools[number % len(schools)])


def _employ(district: District, rng: Random, role: str, school: School) -> Person:
    person = _person(district, rng, role, school, len(school.staff))
    number = person.number
    hostname = f"{school.slug}-lt-{number + 1:03d}"
    person.laptop = district.add_device(
        Device(
            f"LT-{person.index:06d}",
            "staff",
            school.org,
            district.new_mac(),
            hostname,
            f"5L{person.index:06d}",
            address_plan.inside(school.octet, address_plan.STAFF, number),
            STAFF_PCS,
        )
    )
    person.phone_mac = private_mac(person.index * 977 + 11)
    school.staff.append(person)
    return person


def _students(district: District, rng: Random) -> None:
    for number in range(district.options.people - staff_count(district.options.people)):
        school = district.schools[number % len(district.schools)]
        _enroll(district, rng, school)


def _enroll(district: District, rng: Random, school: School) -> Person:
    person = _person(district, rng, "student", school, len(school.students))
    school.students.append(person)
    if school.kind == HIGH:
        person.laptop = chromebook(district, school, "assigned", person.number)
    return person


def _person(district: District, rng: Random, role: str, school: School, number: int) -> Person:
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    index = len(district.people)
    person = Person(f"p{index:06d}", district.accounts.name(given, family), given, family, role, school, number, index)
    district.people.append(person)
    return person


def chromebook(district: District, school: School, kind: str, slot: int) -> Device:
    """A new Chromebook of a school; `slot` decides its address there and must be new in that school."""
    number = len(district.devices)
    return district.add_device(
        Device(
            f"CB-{number:06d}",
            kind,
            school.org,
            district.new_mac(),
            "",
            f"5CB{number:06d}",
            address_plan.inside(school.octet, address_plan.STUDENTS, slot),
        )
    )


def lab_pc(district: District, school: School, kind: str, slot: int) -> Device:
    """A new desktop of a school's lab or library; `slot` as for chromebook."""
    number = len(district.devices)
    return district.add_device(
        Device(
            f"PC-{number:06d}",
            kind,
            school.org,
            district.new_mac(),
            f"{school.slug}-{kind}-{slot + 1:02d}",
            f"5PC{number:06d}",
            address_plan.inside(school.octet, address_plan.LABS, slot),
            LAB_PCS,
        )
    )


def _equip(district: District, school: School) -> None:
    if school.kind == HIGH:
        school.lab = [lab_pc(district, school, "lab", slot) for slot in range(LAB)]
        return
    groups = -(-len(school.students) // CART)
    for cart in range(-(-groups * LESSONS_WITH_CART // 6)):
        school.carts.append([chromebook(district, school, "cart", cart * CART + seat) for seat in range(CART)])


def _network(district: District) -> None:
    for site in district.sites:
        for name in site.access_points:
            district.add_device(Device(f"AP-{name}", "network", site.org, district.new_mac(), name))
    district.add_device(Device(STUDIO, "kiosk", "DO", district.new_mac(), "do-studio", "5MACSTUDIO"))
    for server in district.servers.values():
        district.add_device(Device(f"SRV-{server.host}", "server", "DO", server.mac, server.host))

"""Which of the district's systems a remote session reached, and whether an approval's list of systems names them."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from model.reference import Reference, host_name, short_name
from streams.patterns.sessions import Session
from streams.sighting import Sighting

# Name, lease and time services: every computer asks them by itself, whoever sits there.
SERVICE_PORTS = frozenset({53, 67, 68, 123, 546, 547})
DISTRICT_CATEGORIES = frozenset({"sis", "gradebook", "hr"})
SAT_DOWN = frozenset({"interactive", "unlock", "cached", "remote"})
HERE = frozenset({"site", "student", "vpn_pool"})


@dataclass(frozen=True, slots=True)
class Reach:
    """A system that was reached, first at `at`: all names and addresses that we know it by."""

    at: int
    label: str
    hosts: frozenset[str]
    addresses: frozenset[str]
    sightings: tuple[Sighting, ...]

    @property
    def count(self) -> int:
        """How many events show it."""
        return sum(sighting.count for sighting in self.sightings)


def reached(session: Session, reference: Reference, district_hosts: Iterable[str]) -> list[Reach]:
    """The district's systems that a session's activity reached, in order of first sight.

    A host outside counts only where it is known to be the district's: it shares a domain with one of `district_hosts`,
    or domains.csv calls it one of ours. What the firewall stopped was not reached.
    """
    parents = {host.split(".", 1)[1] for host in map(host_name, district_hosts) if _has_parent(host)}
    found: dict[str, list[tuple[Sighting, set[str], set[str]]]] = {}
    for sighting in session.activity:
        if _passed(sighting, session):
            hosts, addresses = _known_as(sighting, reference)
            if _is_ours(hosts, addresses, sighting.at, reference, parents):
                label = min(hosts, key=lambda host: (len(host), host), default=None) or min(addresses)
                found.setdefault(label, []).append((sighting, hosts, addresses))
    reaches = [_reach(label, seen) for label, seen in found.items()]
    return sorted(reaches, key=lambda reach: (reach.at, reach.label))


def names(systems: Iterable[str], reach: Reach) -> bool:
    """Whether an approval's systems (host, short or long, address, CIDR, `*`) name it; no system at all means any.

    An address that nobody can tie to a host says nothing against a list of hosts, nor a host without a known address
    against a list of addresses: what cannot be told is not held against anybody.
    """
    listed = tuple(systems)
    ranges = [_is_range(system) for system in listed]
    if not listed or "*" in listed:
        return True
    if (not reach.hosts and not all(ranges)) or (not reach.addresses and any(ranges)):
        return True
    return any(_names(system, reach) for system in listed)


def _names(system: str, reach: Reach) -> bool:
    if _is_range(system):
        network = ip_network(system, strict=False)
        return any(ip_address(address) in network for address in reach.addresses)
    host = host_name(system)
    return any(_same(host, other) for other in reach.hosts)


def _same(one: str, other: str) -> bool:
    """The same host by long name, or by short name where either is short."""
    return one == other or (short_name(one) == short_name(other) and (one.count(".") == 0 or other.count(".") == 0))


def _is_range(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _has_parent(host: str) -> bool:
    return host.count(".") > 1 and not _is_range(host)


def _passed(sighting: Sighting, session: Session) -> bool:
    """A network logon counts from the tunnel itself only: a desktop makes its own, to controllers and file servers."""
    if sighting.kind == "account.logged_on":
        sat_down = sighting.logon_type in SAT_DOWN or sighting.address in session.assigned
        return sighting.outcome == "success" and sat_down
    return sighting.verdict != "blocked" and sighting.destination_port not in SERVICE_PORTS


def _known_as(sighting: Sighting, reference: Reference) -> tuple[set[str], set[str]]:
    """Every name and address of what the sighting reached."""
    logon = sighting.kind == "account.logged_on"
    said = [sighting.reporter if logon else sighting.domain, sighting.destination]
    given = [host_name(name) for name in said if name]
    addresses = {name for name in given if _is_range(name)}
    hosts = {name for name in given if name not in addresses}
    at = sighting.at
    known = [reference.device_named(name, at) for name in hosts]
    if sighting.destination_device_id:
        known.append(reference.device(sighting.destination_device_id, at))
    for device in known:
        hosts |= {host_name(device.hostname or device.device_id)} if device else set()
    return hosts, addresses


def _is_ours(hosts: set[str], addresses: set[str], at: int, reference: Reference, parents: set[str]) -> bool:
    if any(_is_gateway(host, at, reference) for host in hosts):
        return False
    inside = any(_is_inside(address, at, reference) for address in addresses)
    return inside or any(_is_our_host(host, at, reference, parents) for host in hosts)


def _is_gateway(host: str, at: int, reference: Reference) -> bool:
    device = reference.device_named(host, at)
    return device is not None and device.device_class == "network"


def _is_inside(address: str, at: int, reference: Reference) -> bool:
    network = reference.network(address, at)
    if network is not None:
        return network.kind in HERE
    return _is_private(address)


def _is_private(address: str) -> bool:
    inside = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
    return any(ip_address(address) in ip_network(one) for one in inside)


def _is_our_host(host: str, at: int, reference: Reference, parents: set[str]) -> bool:
    if "." not in host or reference.device_named(host, at):
        return True
    category = reference.domain_category(host, at)
    return bool(category and category.category in DISTRICT_CATEGORIES) or host.split(".", 1)[1] in parents


def _reach(label: str, seen: list[tuple[Sighting, set[str], set[str]]]) -> Reach:
    return Reach(
        at=min(sighting.at for sighting, _, _ in seen),
        label=label,
        hosts=frozenset(host for _, hosts, _ in seen for host in hosts),
        addresses=frozenset(address for _, _, addresses in seen for address in addresses),
        sightings=tuple(sighting for sighting, _, _ in seen),
    )

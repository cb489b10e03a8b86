"""Which address is whose: a second octet per site, and documentation ranges for everything outside."""

OFFICE = 250
STAFF, LABS, STUDENTS, GUESTS, NAT, SERVERS = 0, 16, 64, 128, 200, 210
_PER_BLOCK = 250

EGRESS = "192.0.2.10"  # what the world sees of the whole district
GATEWAY = "192.0.2.5"  # the district's own VPN, seen from inside a school's wireless
OLD_GATEWAY = "192.0.2.6"
VENDOR_GATEWAY = "192.0.2.20"
PEER = "203.0.113.250"  # the other end of the always-on tunnel to the bus company
CARRIER = "100.64.0.0/10"
STAFF_POOL, VENDOR_POOL = "10.251.0.0/16", "10.252.0.0/16"


def inside(octet: int, block: int, number: int) -> str:
    """The number-th address of a block of a site's network."""
    return f"10.{octet}.{block + number // _PER_BLOCK}.{2 + number % _PER_BLOCK}"


def staff_tunnel(number: int) -> str:
    """The address a member of staff gets over VPN, always the same one."""
    return f"10.251.{number // _PER_BLOCK}.{2 + number % _PER_BLOCK}"


def vendor_tunnel(number: int) -> str:
    """The number-th address handed out to vendors."""
    return f"10.252.{number // _PER_BLOCK}.{2 + number % _PER_BLOCK}"


def home(number: int) -> str:
    """The public address of somebody's home; in a large district neighbors share one, as carriers do."""
    return f"198.51.100.{1 + number % 254}"


def vendor_public(number: int) -> str:
    """The public address a vendor calls from."""
    return f"203.0.113.{1 + number % 254}"


def website(host: str) -> str:
    """The public address of a website, the same for the same name; an address is its own."""
    if host[0].isdigit():
        return host
    return f"192.0.2.{100 + sum(host.encode()) % 150}"


def carrier(number: int) -> str:
    """The address a phone shares with half a town."""
    return f"100.64.{number % 4}.{1 + number % 200}"

"""Whether a text is an address of another machine, and of the open internet."""

from functools import lru_cache
from ipaddress import ip_address


def is_another_machines(text: str | None) -> bool:
    """Whether this is an address by which another machine can be reached: no name, not the machine's own."""
    try:
        found = ip_address(text or "")
    except ValueError:
        return False
    return not (found.is_loopback or found.is_unspecified or found.is_link_local)


@lru_cache(maxsize=65536)
def is_public(text: str) -> bool:
    """Whether this is an address of the open internet, and no host name; documentation ranges count as such."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return not any(text.startswith(start) for start in _PRIVATE)


_PRIVATE = (
    "10.",
    "192.168.",
    "fc",
    "fd",
    *(f"172.{n}." for n in range(16, 32)),
    *(f"100.{n}." for n in range(64, 128)),
)

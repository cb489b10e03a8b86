"""What getting around a web filter looks like on the wire, for the scenarios that need it."""

from collections.abc import Iterator

from simulator.happenings import ALLOWED, BLOCKED, FORTIGATE, WebRequest
from simulator.local_time import MINUTE

PROXY = "Proxy Avoidance"
PROXY_HOSTS = (
    "web-tunnelling.example",
    "free-surfing.example",
    "nofilter-now.example",
    "slip-past.example",
    "go-around.example",
    "open-gates.example",
)
_SECOND = 1_000


def refused(at: int, account: str, address: str, host: str, gate: str = FORTIGATE) -> WebRequest:
    """A proxy or VPN host the filter refused."""
    return WebRequest(at, gate, account, address, host, "/", 0, BLOCKED, PROXY)


def reached(
    at: int, account: str, address: str, host: str, gate: str = FORTIGATE, category: str = PROXY, size: int = 60_000
) -> WebRequest:
    """A host the filter let pass, with the category the filter gave it."""
    return WebRequest(at, gate, account, address, host, "/", size, ALLOWED, category)


def hammer(
    start: int, account: str, address: str, minutes: int = 8, hosts: tuple[str, ...] = PROXY_HOSTS
) -> Iterator[WebRequest]:
    """Two refused requests a minute, on changing hosts: sixteen in eight minutes by any way of counting."""
    for number in range(minutes * 2):
        at = start + number * MINUTE // 2 + 3 * _SECOND
        yield refused(at, account, address, hosts[number % len(hosts)])


def searched(at: int, account: str, address: str, words: str) -> WebRequest:
    """A web search, whose words stand in the address."""
    return WebRequest(
        at,
        FORTIGATE,
        account,
        address,
        "search.example",
        f"/search?q={words}",
        41_000,
        ALLOWED,
        "Search Engines and Portals",
    )

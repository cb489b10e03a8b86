"""What getting around a web filter looks like on the wire, for the scenarios that need it."""

from collections.abc import Iterator

from simulator.happenings import ALLOWED, BLOCKED, FORTIGATE, SQUID, Flow, WebRequest
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


def remote_tool(account: str, address: str, start: int, minutes: int, size: int = 90_000) -> Iterator[WebRequest]:
    """A remote-support tool at work: a connection through the proxy every half minute."""
    for number in range(minutes * 2):
        at = start + number * MINUTE // 2
        yield WebRequest(at, SQUID, account, address, "relay.assist-desk.example", "/", size)


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


def torrents(start: int, account: str, address: str, peers: int) -> Iterator[Flow]:
    """So many peers of a file-sharing network reached, one after the other, a minute and a half apart."""
    for number in range(peers):
        at, peer = start + number * 90 * _SECOND, f"203.0.113.{60 + number}"
        yield Flow(at, account, address, peer, 6881, 6, "tcp/6881", 400_000, 9_000_000, app=("BitTorrent", "P2P"))


def streamed(
    start: int, account: str, address: str, host: str, minutes: int, size: int = 25_000_000
) -> Iterator[WebRequest]:
    """A piece of `size` bytes from a host each minute."""
    for number in range(minutes):
        at = start + number * MINUTE + 11 * _SECOND
        yield WebRequest(
            at, FORTIGATE, account, address, host, f"/part/{number}", size, category="Streaming Media and Download"
        )

"""Who may speak to a listener, and how much: networks, messages a second, connections; pure counting, time is given."""

from collections import Counter
from ipaddress import IPv4Address, IPv6Address, ip_address

from producers.source import Hearing

MOST_PEERS = 65_536  # addresses remembered within a second; UDP's can be made up


class Peers:
    """The addresses that speak to one listener."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._connections: Counter[str] = Counter()
        self._said: Counter[str] = Counter()
        self._second = 0

    def may_speak(self, peer: str) -> bool:
        """Whether the source's `allow` holds the address; an empty one holds all."""
        allowed = self._hearing.allow
        return not allowed or any(_address(peer) in network for network in allowed)

    def connect(self, peer: str) -> bool:
        """Count one more connection; false where it is one too many."""
        if self._connections[peer] >= self._hearing.limits.connections:
            return False
        self._connections[peer] += 1
        return True

    def disconnect(self, peer: str) -> None:
        """Count one less."""
        self._connections[peer] -= 1
        if self._connections[peer] <= 0:
            del self._connections[peer]

    def left(self, peer: str, now_ms: int) -> int:
        """How many messages it may still send within this second.

        Where too many addresses speak, the quiet half is forgotten: whoever is loud stays counted.
        """
        if now_ms // 1000 != self._second:
            self._said.clear()
            self._second = now_ms // 1000
        elif len(self._said) > MOST_PEERS:
            self._said = Counter(dict(self._said.most_common(MOST_PEERS // 2)))
        return max(0, self._hearing.limits.messages_per_second - self._said[peer])

    def said(self, peer: str, count: int) -> None:
        """Count what it sent."""
        self._said[peer] += count


def plain(peer: str) -> str:
    """An address as it is stored: IPv4 also where the socket speaks IPv6, and no zone."""
    found = ip_address(peer.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


def _address(peer: str) -> IPv4Address | IPv6Address:
    return ip_address(peer)

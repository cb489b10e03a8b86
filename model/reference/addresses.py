"""The longest prefix of networks.csv that holds an address, IPv4 and IPv6."""

from collections import defaultdict
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from model.reference.rows import Network
from model.reference.spans import Spans, spans


class Prefixes:
    """Networks by family, prefix length and first bits."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._by_bits: dict[tuple[int, int, int], list[Network]] = defaultdict(list)
        for network in networks:
            range_ = ip_network(network.cidr, strict=False)
            bits = int(range_.network_address) >> (range_.max_prefixlen - range_.prefixlen)
            self._by_bits[range_.version, range_.prefixlen, bits].append(network)
        self._lengths = sorted({(version, length) for version, length, _ in self._by_bits}, reverse=True)

    def find(self, text: str) -> Spans[Network]:
        """All networks that ever held the address, the longest prefix first; none where it is no address."""
        try:
            address = ip_address(text.split("%", 1)[0])
        except ValueError:
            return ()
        mapped = getattr(address, "ipv4_mapped", None)
        address = mapped or address
        found: Spans[Network] = ()
        for version, length in self._lengths:
            if version == address.version:
                bits = int(address) >> (address.max_prefixlen - length)
                found += spans(self._by_bits.get((version, length, bits), ()))
        return found

"""ISC dhcpd's own words as records: log lines, and the blocks of its leases file (`lease 10.4.2.7 { ... }`)."""

import re

from producers.frame import Cut, Framer

LONGEST_BLOCK = 65_536

_OPENED = re.compile(rb"(?:lease|ia-na|ia-ta|ia-pd|host|failover peer)\b[^\n]*\{[ \t\r]*\n")
_EDGE = re.compile(rb"^(?:\}[ \t\r]*(?:\n|\Z)|(?=(?:lease|ia-na|ia-ta|ia-pd|host|failover peer)\b[^\n]*\{))", re.M)


class LeaseBlocks(Framer):
    """A line, or a block down to the `}` that stands first in its line; a block that breaks off ends at the next."""

    def find(self, buffer: bytes, position: int, ended: bool) -> Cut | None:
        """See `Framer.find`."""
        stop = buffer.find(b"\n", position, position + self.largest + 1)
        if stop < 0:
            return None
        opened = _OPENED.match(buffer, position, stop + 1)
        if not opened:
            return position, stop, stop + 1
        return self._block(buffer, position, opened.end(), ended)

    def _block(self, buffer: bytes, begin: int, inside: int, ended: bool) -> Cut | None:
        # The last byte may be a `}` whose line goes on: it counts once the line end or the end has been seen.
        edge = _EDGE.search(buffer, inside, begin + LONGEST_BLOCK)
        if edge and (edge.end() < len(buffer) or ended or edge[0].endswith(b"\n")):
            return begin, edge.end(), edge.end()
        if len(buffer) - begin > LONGEST_BLOCK:
            return begin, inside, inside
        return None

"""Messages that syslog carries in several datagrams, as Cisco ISE sends them: lines in a row that are one message."""

import re

from producers.frame import Cut, Lines

_SEGMENT = re.compile(rb"(CISE_\w{1,80} \d{1,12}|\b\d{10}) (\d{1,3}) (\d{1,3}) ")
_HEAD = 300  # bytes of a line in which they stand
_Segment = tuple[bytes, bytes, int, int]  # host, message, how many there are, the number of this one


class Segments(Lines):
    """A line; or a message's first segment and those that follow it without a line between, up to its last.

    Segments that come in another order, or with others between, are records of their own.
    """

    def find(self, buffer: bytes, position: int, ended: bool) -> Cut | None:
        """See `Framer.find`."""
        cut = super().find(buffer, position, ended)
        if cut is None or cut[1] <= cut[0]:
            return cut
        begin, end, after = cut
        first = _segment(buffer, begin, end)
        if first is None or first[3] != 0:
            return cut
        for number in range(1, first[2]):
            line = super().find(buffer, after, ended) if after < len(buffer) else None
            if line is None and ended and after < len(buffer):
                line = after, len(buffer), len(buffer)
            if line is None:  # what is not there yet may be the next one
                return (begin, end, after) if ended or len(buffer) - begin > self.largest else None
            if _segment(buffer, line[0], line[1]) != (*first[:3], number) or line[1] - begin > self.largest:
                break
            _, end, after = line
        return begin, end, after


def _segment(buffer: bytes, begin: int, end: int) -> _Segment | None:
    match = _SEGMENT.search(buffer, begin, min(end, begin + _HEAD))
    if match is None:
        return None
    host = buffer[begin : match.start()].split()[-1:]
    return b"".join(host), match[1], int(match[2]), int(match[3])

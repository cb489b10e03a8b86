"""Messages out of the bytes of a syslog connection: octet counting and line ends, message by message. Pure, bounded."""

import re

LARGEST = 1_000_000  # bytes of one message; what is longer is cut, and counted
_DIGITS = b"0123456789"
_LONGEST_COUNT = 10  # digits
_LINE_END = re.compile(rb"[\n\0]")  # some senders end a message with NUL (RFC 6587, 3.4.2)
_ENDS = b"\r\n\0"


class Deframer:
    """One connection's messages (RFC 6587). Each message decides: a digit begins an octet count, else a line."""

    def __init__(self, largest: int = LARGEST) -> None:
        self.cut = 0  # messages that were too long and came in pieces
        self._largest = largest
        self._buffer = bytearray()
        self._searched = 0  # bytes of the buffer that hold no line end: they are not searched again

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that `data` completes; a message in many small pieces costs no more than in one."""
        self._buffer += data
        messages, position = [], 0
        while position < len(self._buffer):
            taken = self._next(self._buffer, position)
            if taken is None:
                break
            message, position = taken
            self._searched = 0
            if message := message.strip(_ENDS):
                messages.append(bytes(message))
        del self._buffer[:position]
        self._searched = len(self._buffer)
        return messages

    def finish(self) -> list[bytes]:
        """What is left when the sender hangs up: a last line without its end, or a message that broke off."""
        rest, self._buffer = bytes(self._buffer.strip(_ENDS)), bytearray()
        return [rest] if rest else []

    def _next(self, buffer: bytearray, position: int) -> tuple[bytearray, int] | None:
        counted = _count(buffer, position)
        if counted is None:
            return self._line(buffer, position)
        begin, length = counted
        if length < 0 or (len(buffer) - begin < length <= self._largest):
            return None
        if length > self._largest:
            return self._line(buffer, position)
        return buffer[begin : begin + length], begin + length

    def _line(self, buffer: bytearray, position: int) -> tuple[bytearray, int] | None:
        limit = position + self._largest
        if end := _LINE_END.search(buffer, position + self._searched, limit):
            return buffer[position : end.start()], end.end()
        if len(buffer) < limit:
            return None
        self.cut += 1
        return buffer[position:limit], limit


def _count(buffer: bytearray, position: int) -> tuple[int, int] | None:
    """Where a counted message begins and how long it is; length -1 while the count is not complete; None: no count."""
    if buffer[position] not in _DIGITS or buffer[position] == 48:
        return None
    stop = position
    while stop < len(buffer) and stop - position <= _LONGEST_COUNT and buffer[stop] in _DIGITS:
        stop += 1
    if stop == len(buffer):
        return stop, -1
    if buffer[stop] != 32 or (stop + 1 < len(buffer) and buffer[stop + 1] != 60):
        return None  # a line that begins with a number, such as squid's
    return stop + 1, int(buffer[position:stop])

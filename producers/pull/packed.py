"""Bytes taken as they come, plain or as gzip with all its members, and never more than are wanted. Pure."""

import zlib

MAGIC = b"\x1f\x8b"  # how every gzip file begins (RFC 1952)
_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 4_096  # bytes; what stands before damage is known to within such a piece


class TooLarge(ValueError):
    """It unpacks to more than is wanted."""


class Plain:
    """What came as it is is `found`; `most` is how many bytes are wanted."""

    whole = True

    def __init__(self, most: int) -> None:
        self.found = bytearray()
        self._most = most

    def add(self, content: bytes) -> None:
        """Take what comes next. Raises `TooLarge`."""
        self.found += content
        if len(self.found) > self._most:
            raise TooLarge


class Gzip:
    """What was unpacked so far is `found`; `most` is how many bytes are wanted."""

    def __init__(self, most: int) -> None:
        self.found = bytearray()
        self._most, self._member = most, zlib.decompressobj(_GZIP)

    @property
    def whole(self) -> bool:
        """Whether it ends where a member ends."""
        return self._member.eof

    def add(self, content: bytes) -> None:
        """Unpack what comes next. Raises `TooLarge`, and zlib.error for damage: `found` is then what stood before."""
        for at in range(0, len(content), _PIECE):
            self._add(content[at : at + _PIECE])

    def _add(self, piece: bytes) -> None:
        while piece:
            if self._member.eof:
                piece = piece.lstrip(b"\0")  # some pad between members
                if not piece:
                    return
                self._member = zlib.decompressobj(_GZIP)
            self.found += self._member.decompress(piece, self._most + 1 - len(self.found))
            if len(self.found) > self._most:
                raise TooLarge
            piece = self._member.unused_data

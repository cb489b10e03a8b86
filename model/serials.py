"""Which records of the log were taken already, by their serial numbers: what a copy is told by; pure."""

import msgspec

from model.mark import Serial

PREFIX = "|writer"  # of memories that are a partition's own and no district's
MOST = 10_000  # writers remembered; each process of ours is one
_encode = msgspec.msgpack.Encoder().encode
_number = msgspec.msgpack.Decoder(int).decode
_name = msgspec.msgpack.Decoder(str).decode


class Serials:
    """The last number of each writer, those that wrote last at the end. Of older ones only the newest name is kept."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._last: dict[str, int] = {}
        self._floor = ""
        self._changed: dict[str, bytes | None] = {}

    def is_new(self, serial: Serial) -> bool:
        """Take a record's number; whether it was not taken before, nor can have been."""
        writer, number = serial
        known = self._last.pop(writer, None)
        if known is None and writer <= self._floor:
            return False
        self._last[writer] = max(number, known or 0)
        if known is not None and number <= known:
            return False
        self._changed[f"{PREFIX}|{writer}"] = _encode(number)
        while len(self._last) > self._most:
            self._forget(next(iter(self._last)))
        return True

    def _forget(self, writer: str) -> None:
        del self._last[writer]
        self._changed[f"{PREFIX}|{writer}"] = None
        if writer > self._floor:
            self._floor = writer
            self._changed[PREFIX] = _encode(writer)

    def changes(self) -> list[tuple[str, bytes | None]]:
        """Memories that changed since the last call; None forgets one."""
        changed, self._changed = self._changed, {}
        return list(changed.items())

    def restore(self, key: str, value: bytes) -> None:
        """Put back a memory that `changes` gave."""
        if key == PREFIX:
            self._floor = _name(value)
        else:
            self._last[key.removeprefix(f"{PREFIX}|")] = _number(value)

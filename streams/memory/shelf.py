"""Memory: shelves of small values that know which of them changed, so that a turn writes just those."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


class Shelf(Generic[T]):
    """Values of one kind by key. Whoever changes a value says so with `touch`; a dropped one becomes a tombstone."""

    def __init__(self, prefix: str, kind: type[T], empty: Callable[[], T]) -> None:
        self.prefix = prefix
        self.items: dict[str, T] = {}
        self.changed: set[str] = set()
        self._unwritten: set[str] = set()  # keys that nobody has been given yet
        self._empty = empty
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(kind).decode

    def at(self, key: str) -> T:
        """The value at `key`, made empty where there is none; marked as changed."""
        value = self.items.get(key)
        if value is None:
            value = self._empty()
            self.put(key, value)
        self.changed.add(key)
        return value

    def put(self, key: str, value: T) -> None:
        """Set the value of a new key."""
        self.items[key] = value
        if key not in self.changed:  # else its tombstone has not been written yet
            self._unwritten.add(key)
        self.changed.add(key)

    def drop(self, key: str) -> None:
        """Forget `key`; of what was never written nothing needs to be forgotten."""
        if self.items.pop(key, None) is None:
            return
        if key in self._unwritten:
            self._unwritten.discard(key)
            self.changed.discard(key)
        else:
            self.changed.add(key)

    def restore(self, key: str, value: bytes) -> None:
        """Put back what `changes` gave out; raises msgspec.DecodeError on anything else."""
        self.items[key] = self._decode(value)

    def changes(self) -> Iterator[tuple[str, bytes | None]]:
        """What changed since the last call: whole keys, and encoded values or None for a tombstone."""
        changed, self.changed = self.changed, set()
        self._unwritten.clear()
        for key in changed:
            value = self.items.get(key)
            yield f"{self.prefix}|{key}", None if value is None else self._encode(value)

"""Memory: shelves of small values that know which of them changed, so that a turn writes just those."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


Migration = Callable[[list[Any]], list[Any]]
_plain = msgspec.msgpack.Decoder(list[Any]).decode
_pack = msgspec.msgpack.Encoder().encode
_ARRAY = 0x90  # a msgpack array begins with this byte or a higher one; a format number is a lower one


class NewerMemory(RuntimeError):
    """A memory in a format of a later release: to lose it would be to judge as if nothing had been said before."""


class Shelf(Generic[T]):
    """Values of one kind by key. Whoever changes a value says so with `at` or `put`; a dropped one is a tombstone.

    A value is written with the number of its format before it; the first releases wrote format 1 without a number.
    A field added at the end of `kind`, with a default, needs no new format: releases on both sides read it. Anything
    else does: `migrations[n]` turns the fields of format n into those of format n + 1.
    """

    def __init__(
        self,
        prefix: str,
        kind: type[T],
        empty: Callable[[], T],
        migrations: Mapping[int, Migration] = MappingProxyType({}),
    ) -> None:
        self.prefix = prefix
        self.format = 1 + max(migrations, default=0)
        self._migrations = migrations
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
        """Put back what `changes` of this release or an earlier one gave out.

        Raises `NewerMemory` on what a later release wrote, msgspec.DecodeError on anything else.
        """
        number, body = (value[0], value[1:]) if value and value[0] < _ARRAY else (1, value)
        if number > self.format:
            raise NewerMemory(
                f"memory {self.prefix}|{key} is of format {number} and this release knows {self.format}: "
                "run the release that wrote it, or begin again with `hallmonitor reset`"
            )
        for older in range(number, self.format):
            body = _pack(self._migrations[older](_plain(body)))
        self.items[key] = self._decode(body)

    def written(self) -> None:
        """What changed has been written, or is kept nowhere."""
        self.changed = set()
        self._unwritten.clear()

    def changes(self) -> Iterator[tuple[str, bytes | None]]:
        """What changed since the last call: whole keys, and encoded values or None for a tombstone."""
        changed = self.changed
        self.written()
        number = bytes([self.format])
        for key in changed:
            value = self.items.get(key)
            yield f"{self.prefix}|{key}", None if value is None else number + self._encode(value)

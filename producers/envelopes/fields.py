"""What every envelope gives: names and values, and whether the record can be believed whole."""

from collections.abc import Callable, Container

import msgspec

MOST_FIELDS = 500  # of one record; what has more was made to be slow


class Fields(msgspec.Struct, frozen=True, gc=False):
    """The fields of a record by name, without quotes and escapes; the first of a repeated name counts.

    `repeated`: names that stood more than once. A parser must not believe a repeated name that says who or where: a
    client that can write into one field can write a second one. `broken`: something between the fields was no field,
    a quote never closed, or there were more than MOST_FIELDS: a cut or a forged record.
    """

    values: dict[str, str]
    repeated: frozenset[str] = frozenset()
    broken: bool = False

    def get(self, *names: str) -> str | None:
        """The value of the first of `names` that is there and not empty."""
        for name in names:
            if value := self.values.get(name):
                return value
        return None

    def sound(self, *identity: str) -> bool:
        """Whether the record is whole and none of these names stands twice."""
        return not self.broken and self.repeated.isdisjoint(identity)

    def in_order(self, identity: Container[str], clients: Container[str]) -> bool:
        """Whether none of `identity` stands behind a field that a client fills, where the client may have put it."""
        written = list(self.values)
        first = next((at for at, name in enumerate(written) if name in clients), len(written))
        return not any(name in identity for name in written[first:])

    def ends_in(self, identity: Container[str]) -> bool:
        """Whether the last field is one of `identity`: where its value ends the record, a relay may have cut it."""
        return next(reversed(self.values), None) in identity

    def renamed(self, name_of: Callable[[str], str]) -> "Fields":
        """The fields under other names; where two come to have one name it is repeated, unless they say the same."""
        values: dict[str, str] = {}
        repeated = {name_of(name) for name in self.repeated}
        for name, value in self.values.items():
            if values.setdefault(name_of(name), value) != value:
                repeated.add(name_of(name))
        return Fields(values, frozenset(repeated), self.broken)


def collect(pairs: list[tuple[str, str]], broken: bool = False) -> Fields:
    """Fields of name and value pairs in their order."""
    values: dict[str, str] = {}
    for name, value in pairs[:MOST_FIELDS]:
        values.setdefault(name, value)
    repeated: frozenset[str] = frozenset()
    if len(values) < len(pairs):
        names = [name for name, _ in pairs[: MOST_FIELDS + 1]]
        repeated = frozenset(name for name in values if names.count(name) > 1)
    return Fields(values, repeated, broken or len(pairs) > MOST_FIELDS)

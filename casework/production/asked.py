"""What a production answers: whom the request names, what was decided of it, and the codes of the law; plain values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

About = Literal["row", "column", "person", "category"]
Verdict = Literal["release", "redact", "withhold"]
# What an exemption can be about, in the order in which one stands in for another that a law does not have.
COVERS = ("student", "other_person", "employee", "home_address", "security", "other")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request: whom it names, and which of its district's requests it is (`ordinal`, from 0).

    `as_of` is the instant (UTC) of the last decision: the date of the documents.
    """

    request_id: str
    district: str
    law: str
    as_of: str
    accounts: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    ordinal: int = 0

    def and_released(self, names: Iterable[str]) -> "Asked":
        """The same with people who, by decision, stand under their own names."""
        more = tuple(sorted(names))
        return msgspec.structs.replace(self, accounts=(*self.accounts, *more), persons=(*self.persons, *more))


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody decided about a row, a column, a person or a category of events."""

    about: About
    value: str
    action: Verdict
    code: str = ""
    note: str = ""


class Code(msgspec.Struct, frozen=True):
    """An exemption: what stands in the cell, and how the law explains it."""

    code: str
    explains: str


class Codes:
    """The exemptions of one law, by what they cover and by code."""

    def __init__(self, by_cover: Mapping[str, Code], every: Sequence[Code] = ()) -> None:
        """`by_cover` holds one at least; raises ValueError on none."""
        if not by_cover:
            raise ValueError("a law without exemptions: nothing could be left out under it")
        self._by_cover = dict(by_cover)
        self._found: dict[str, Code] = {}
        self.every = {one.code: one for one in (*by_cover.values(), *every)}

    def of(self, covers: str) -> Code:
        """The code for what is left out; where the law has none of its own, the nearest one."""
        if covers not in self._found:
            order = (covers, *COVERS)
            self._found[covers] = next(self._by_cover[one] for one in order if one in self._by_cover)
        return self._found[covers]


class Cell(NamedTuple):
    """What stands in a cell, and what the exemption covers where something was left out (empty: nothing was)."""

    text: str
    covers: tuple[str, ...] = ()


EMPTY = Cell("")


def left_out(covers: str) -> Cell:
    """A cell of which nothing may stand."""
    return Cell("", (covers,))

"""Whom or what a question is about: a person, account, device, address, network card or host, with `*` for any text."""

import re
from typing import Literal, get_args

import msgspec

from storage.queries.where import Where

Kind = Literal["person", "account", "device", "address", "mac", "host"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Which columns of `events` name a subject of that kind.
COLUMNS: dict[Kind, tuple[str, ...]] = {
    "person": ("person",),
    "account": ("account", "target_account"),
    "device": ("device_id", "device"),
    "address": ("address", "assigned_address", "destination"),
    "mac": ("mac",),
    "host": ("domain", "destination", "reporter"),
}
_CARD = re.compile(r"^[0-9a-fA-F]{2}([:-]?[0-9a-fA-F]{2}){5}$|^([0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}$")
MAX_TEXT = 256


class Subject(msgspec.Struct, frozen=True):
    """What to look for; without a kind, in every column that names a subject."""

    text: str
    kind: Kind | None = None
    people: tuple[str, ...] = ()  # ids of people whose names fit the text
    called: str = ""  # the name of the person whose id `text` is, where a name was asked for

    @property
    def columns(self) -> tuple[str, ...]:
        """Where it may stand."""
        if self.kind:
            return COLUMNS[self.kind]
        return tuple(dict.fromkeys(column for kind in KINDS for column in COLUMNS[kind]))


def subject(text: str) -> Subject:
    """`tbell`, `10.1.2.*` or `person:p17` as a subject; raises ValueError on nothing, on `*` alone, on too much."""
    head, colon, rest = text.strip().partition(":")
    named = bool(colon) and head in KINDS
    wanted = (rest if named else text).strip()
    if not wanted.strip("*"):
        raise ValueError(
            "say whom or what to look for: an account, person, device, address, MAC or host, with * for any text"
        )
    if len(wanted) > MAX_TEXT:
        raise ValueError(f"the text to look for is {len(wanted)} characters long; at most {MAX_TEXT}")
    return Subject(wanted, head if named else None)  # type: ignore[arg-type]


def names(where: Where, sought: Subject) -> str:
    """The condition that a row of `events` names the subject."""
    fits = [f"{column} {matches(where, sought)}" for column in sought.columns]
    if sought.people:
        fits.append(f"person IN {where.bind(list(sought.people), 'Array(String)')}")
    return "(" + " OR ".join(fits) + ")"


def matches(where: Where, sought: Subject) -> str:
    """What a column must be for it: a pattern, or one of the ways to write the name."""
    if "*" in sought.text:
        return f"ILIKE {where.bind(pattern(sought.text), 'String')}"
    return f"IN {where.bind(spellings(sought.text), 'Array(String)')}"


def pattern(text: str) -> str:
    """A text with `*` for any text, as LIKE takes it."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")


def spellings(text: str) -> list[str]:
    """The ways to write a name: as typed, lower-case, an account without its domain, a network card in our form."""
    found = [text, text.lower(), text.upper(), text.lower().rsplit("\\", 1)[-1]]
    if "@" in text:
        found.append(text.lower().split("@", 1)[0])
    if _CARD.match(text):
        digits = re.sub(r"[^0-9a-f]", "", text.lower())
        found.append(":".join(digits[n : n + 2] for n in range(0, 12, 2)))
    return list(dict.fromkeys(found))

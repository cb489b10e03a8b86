"""Whom or what a question is about: a person, account, device, address, network card or host, with `*` for any text."""

import re
from collections.abc import Collection, Iterable
from string import ascii_lowercase, ascii_uppercase
from typing import Literal, get_args

import msgspec

from model.realms import Realms
from model.reference import account_parts, folded, qualified
from storage.queries.realms import ours, shown
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
_ASCII_UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)


Homes = tuple[tuple[str, Realms], ...]  # districts with their realms
# The columns that hold the realm of an account.
DOMAIN_OF = {"account": "account_domain", "target_account": "target_domain"}


class Subject(msgspec.Struct, frozen=True):
    """What to look for; without a kind, in every column that names a subject."""

    text: str
    kind: Kind | None = None
    people: tuple[str, ...] = ()  # ids of people whose names fit the text
    called: str = ""  # the name of the person whose id `text` is, where a name was asked for
    homes: Homes = ()  # the districts whose realm was typed with an account, and all of theirs

    @property
    def account(self) -> tuple[str, str] | None:
        """The account and the realm, where it was typed with one: `tbell@gmail.com`, `MAPLE\\tbell`."""
        if self.kind not in (None, "account") or not ("@" in self.text or "\\" in self.text):
            return None
        name, realm = account_parts(self.text)
        return (name, realm) if name and realm else None

    @property
    def said(self) -> list[str]:
        """What it is called where a name stands alone; of a realm of the district an account is its plain name."""
        if self.account is None:
            return spellings(self.text)
        name, realm = self.account
        plain = [name] if self.homes else []
        return list(dict.fromkeys([*spellings(self.text), qualified(name, realm), *plain]))

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


def names(where: Where, sought: Subject, among: Collection[str] | None = None) -> str:
    """The condition that a row of `events` names the subject; `among`: in one of these columns, `0` where in none."""
    by_realm = COLUMNS["account"] if sought.account else ()
    asked = [column for column in sought.columns if among is None or column in among]
    fits = [matches(where, column, sought.text) for column in asked if column not in by_realm]
    if sought.account and (among is None or "account" in among):
        fits.append(_is_account(where, sought.homes, *sought.account))
    if sought.people and (among is None or "person" in among):
        fits.append(f"person IN {where.bind(list(sought.people), 'Array(String)')}")
    return "(" + " OR ".join(fits or ["0"]) + ")"


def _is_account(where: Where, homes: Homes, name: str, realm: str) -> str:
    """By name and realm; of a realm of a district, every account that is the district's: who acted, and upon whom."""
    found: list[str] = []
    for column, domain in DOMAIN_OF.items():
        own = [f"district = {where.bind(of, 'String')} AND ({ours(where, realms, domain)})" for of, realms in homes]
        held = " OR ".join([matches(where, domain, realm), *own])
        found.append(f"{matches(where, column, name)} AND ({held})")
    return " OR ".join(found)


def named_in(where: Where, homes: Homes, kinds: Iterable[Kind], among: Collection[str] | None = None) -> str:
    """What a row of `events` names, as tuples: kind, the name it is known by, the name as the record gives it.

    `among`: in one of these columns.
    """
    known = {column: shown(where, homes, column, domain) for column, domain in DOMAIN_OF.items()}
    columns = [(kind, column) for kind in kinds for column in COLUMNS[kind] if among is None or column in among]
    pairs = ", ".join(f"('{kind}', {known.get(column, column)}, {column})" for kind, column in columns)
    return f"arrayJoin(arrayDistinct([{pairs}]))"


def matches(where: Where, column: str, text: str) -> str:
    """What a column must be for it: a pattern, or one of the ways to write the name. Only A to Z are folded, so that
    no look-alike letter stands in for another."""
    if "*" in text:
        return f"lower({column}) LIKE {where.bind(pattern(folded(text)), 'String')}"
    return f"{column} IN {where.bind(spellings(text), 'Array(String)')}"


def pattern(text: str) -> str:
    """A text with `*` for any text, as LIKE takes it."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")


def spellings(text: str) -> list[str]:
    """The ways to write a name: as typed, with A to Z small or large, a network card in our form."""
    found = [text, folded(text), text.translate(_ASCII_UPPER)]
    if _CARD.match(text):
        digits = re.sub(r"[^0-9a-f]", "", text.lower())
        found.append(":".join(digits[n : n + 2] for n in range(0, 12, 2)))
    return list(dict.fromkeys(found))

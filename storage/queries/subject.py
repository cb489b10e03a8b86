"""Whom or what a question is about: a person, account, device, address, network card or host, with `*` for any text."""

import re
from string import ascii_lowercase, ascii_uppercase
from typing import Literal, get_args

import msgspec

from model.realms import Realms
from model.reference import account_parts, folded, qualified
from storage.queries.realms import ours
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


class Subject(msgspec.Struct, frozen=True):
    """What to look for; without a kind, in every column that names a subject."""

    text: str
    kind: Kind | None = None
    people: tuple[str, ...] = ()  # ids of people whose names fit the text
    called: str = ""  # the name of the person whose id `text` is, where a name was asked for
    homes: tuple[tuple[str, Realms], ...] = ()  # the districts whose realm was typed with an account, and all of theirs

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


def names(where: Where, sought: Subject) -> str:
    """The condition that a row of `events` names the subject."""
    by_realm = COLUMNS["account"] if sought.account else ()
    fits = [matches(where, column, sought.text) for column in sought.columns if column not in by_realm]
    if sought.account:
        fits.append(_is_account(where, sought.homes, *sought.account))
    if sought.people:
        fits.append(f"person IN {where.bind(list(sought.people), 'Array(String)')}")
    return "(" + " OR ".join(fits) + ")"


def _is_account(where: Where, homes: tuple[tuple[str, Realms], ...], name: str, realm: str) -> str:
    """By name and realm; of a realm of a district, every account that is the district's. A target has no realm."""
    at = [(f"district = {where.bind(district, 'String')}", ours(where, realms)) for district, realms in homes]
    held = [matches(where, "account_domain", realm), *(f"{here} AND ({own})" for here, own in at)]
    targets = [f"{here} AND {matches(where, 'target_account', name)}" for here, _ in at]
    return " OR ".join([f"{matches(where, 'account', name)} AND ({' OR '.join(held)})", *targets])


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

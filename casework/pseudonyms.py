"""Which text stands for whom, and the pseudonym that is shown instead; pure, keyed by district.

A pseudonym is the beginning of a keyed hash of the person's id, so that it is the same in every answer and on every
day, says nothing without the key, and is another one in another district.
"""

import re
import unicodedata
from base64 import b32encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from model.reference import account_parts
from storage.queries.identities import Identity

SHAPE: Final = re.compile(r"(?<![a-z0-9])(?:student|person)-[a-z2-7]{10}(?:\.[a-z2-7]{4})?(?![a-z0-9])", re.I | re.A)
_FAMILY = frozenset({"guardian", "parent", "relative"})
WORD: Final = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")  # letters and digits, with accents that stand by themselves
_SHORT = 3  # a shorter name, or a number of fewer than five digits, is one only where it is the whole value
_LEAST_DIGITS = 5


@dataclass(frozen=True)
class Pseudonyms:
    """What stands for whom. `words`: by the first word of a name, its other words and the pseudonym, longest first.

    `exact`: by a whole value, folded. `meant`: what the pseudonym stands for, as the tables write it. `people`: by
    district and id, everybody who is hidden.
    """

    words: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    exact: dict[str, str] = field(default_factory=dict)
    meant: dict[str, str] = field(default_factory=dict)
    people: dict[tuple[str, str], str] = field(default_factory=dict)


def is_student(one: Identity) -> bool:
    """Whether the tables call somebody a student, or the family of one."""
    return one.in_grade or "student" in one.roles or not _FAMILY.isdisjoint(one.roles)


def pseudonyms(people: Iterable[Identity], key: bytes, hides: Callable[[Identity], bool] = is_student) -> Pseudonyms:
    """The pseudonyms of those whom `hides` tells; a name that somebody else has too gets one that is nobody's."""
    known = list(people)
    hidden = {(one.district, one.person): of_person(one, key) for one in known if hides(one)}
    holders = _holders(known)
    made = Pseudonyms(people=hidden)
    for one in known:
        if name := hidden.get((one.district, one.person)):
            _add(made, one, name, holders, key)
    for told in made.words.values():
        told.sort(key=lambda found: -len(found[0]))
    return made


def of_person(one: Identity, key: bytes) -> str:
    """`student-k7f3aq2mxz`; of the family of one `person-…`."""
    kind = "student" if one.in_grade or "student" in one.roles else "person"
    return f"{kind}-{_hashed(key, one.district, 'person', one.person)[:10]}"


def owner(pseudonym: str) -> str:
    """The pseudonym of the person whose account it stands for; of a person, itself."""
    return pseudonym.partition(".")[0]


def folded(word: str) -> str:
    """Without case and accents."""
    if word.isascii():
        return word.lower()
    plain = "".join(one for one in unicodedata.normalize("NFKD", word) if not unicodedata.combining(one))
    return plain.casefold()


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name as they are compared: `Núñez-Ortega, José` → `nunez`, `ortega`, `jose`."""
    return tuple(folded(word) for word in WORD.findall(text))


def _texts(one: Identity) -> list[tuple[str, str, bool]]:
    """Kind, text, and whether it is a whole value only, of everything that stands for somebody."""
    said = [("person", one.person, False)]
    for given in filter(None, one.given):
        for family in filter(None, one.family):
            said += [("name", f"{given} {family}", False), ("name", f"{family} {given}", False)]
    for account in filter(None, dict.fromkeys(one.accounts)):
        said.append(("account", account_parts(account)[0] or account, False))
        said.append(("account", account, True))
    return [found for found in said if found[1]]


def _holders(known: Iterable[Identity]) -> dict[tuple[str, ...], set[tuple[str, str]]]:
    """By the words of a text, everybody for whom it may stand; a single name is its bearer's and every namesake's."""
    found: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for one in known:
        whose = (one.district, one.person)
        for _, text, _ in _texts(one):
            found.setdefault(words_of(text), set()).add(whose)
        for name in (*one.given, *one.family):
            for word in words_of(name):
                found.setdefault((word,), set()).add(whose)
    return found


def _add(
    made: Pseudonyms, one: Identity, name: str, holders: dict[tuple[str, ...], set[tuple[str, str]]], key: bytes
) -> None:
    for kind, text, whole in _texts(one):
        words = words_of(text)
        shared = len(holders.get(words, ())) > 1
        shown = name if kind != "account" else f"{name}.{_hashed(key, one.district, 'account', folded(text))[:4]}"
        if shared:
            shown = f"person-{_hashed(key, '', 'shared', ' '.join(words))[:10]}"
        made.exact.setdefault(folded(text), shown)
        made.meant.setdefault(shown, one.person if shown == name else text)
        if not whole and words and _is_long(words):
            told = made.words.setdefault(words[0], [])
            if all(words[1:] != other for other, _ in told):
                told.append((words[1:], shown))


def _is_long(words: tuple[str, ...]) -> bool:
    text = "".join(words)
    return len(text) >= (_LEAST_DIGITS if text.isdigit() else _SHORT)


def _hashed(key: bytes, *parts: str) -> str:
    made = blake2b(key=key, digest_size=20)
    for part in parts:
        told = part.encode()
        made.update(len(told).to_bytes(4, "big") + told)
    return b32encode(made.digest()).decode().lower()

"""What the command and the page of unmasking share: whom a pseudonym means to its reader, and who waits to know."""

from collections.abc import Container
from pathlib import Path

import msgspec

from casework import unmasking
from casework.pseudonyms import Pseudonyms
from casework.scope import reading
from casework.unmasking import NotUnmasked, Request
from casework.users import User
from casework.veiling import hidden_from
from storage.client import Store
from storage.queries.names import named

RIGHT = "unmask"


def person_behind(store: Store, user: User, home: Path, district: str, text: str) -> str:
    """The id of the person who goes by a pseudonym, or whose id it is; by the whole store. Raises `NotUnmasked`."""
    known = hidden_from(store, user, home)
    person = known.meant.get(text.lower(), text)
    if (district, person) not in known.people or not _reads(store, user, home, district, person):
        raise NotUnmasked(f"nobody in {district} goes by the pseudonym {text!r}")
    return person


def waiting_for(store: Store, user: User, home: Path, district: str) -> list[Request]:
    """The requests of a district that nobody has agreed to yet, as `user` sees them: by pseudonyms."""
    known = hidden_from(store, user, home)
    return [msgspec.structs.replace(one, person=_shown(known, one)) for one in unmasking.requests(store, district)]


def request_to_agree(store: Store, names: Container[str], district: str, person: str) -> Request:
    """The request about a person that somebody of these names may agree to: another's first. Raises `NotUnmasked`."""
    waiting = [one for one in unmasking.requests(store, district) if one.person == person]
    waiting.sort(key=lambda one: one.by in names)
    if not waiting:
        raise NotUnmasked(f"nobody asked who that is; `hallmonitor unmask list {district}` lists who asked")
    return waiting[0]


def _reads(store: Store, user: User, home: Path, district: str, person: str) -> bool:
    """Whether somebody is of the user's schools, where these were named."""
    seen = reading(store, user, home).veiled(None)
    return not user.schools or ("person", person) in named(seen, district, [person])


def _shown(known: Pseudonyms, request: Request) -> str:
    return known.people.get((request.district, request.person), request.person)

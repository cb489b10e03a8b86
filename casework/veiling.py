"""Whose answers are veiled, with which key, and what of the veil has been lifted for them."""

import secrets
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Final

from casework.pseudonyms import Pseudonyms, is_student, pseudonyms
from casework.unmasking import lifted
from casework.users import User
from casework.veil import Veil
from model.mark import made_once
from storage.client import Store
from storage.queries.identities import identities, stamp

# Roles that read what logs and findings say about students. The others read what a request, an incident or a review is
# about, and have to know whom.
_VEILED: Final = frozenset({"viewer", "analyst", "administrator"})
_MOST = 8  # sets of pseudonyms kept at once
_Whose = tuple[str, str, tuple[str, ...], bool, bytes]
_made: dict[_Whose, tuple[tuple[int, int], Pseudonyms]] = {}
_lock = Lock()


def veil_of(store: Store, user: User, home: Path, at: datetime) -> Veil | None:
    """The veil over what `user` reads at `at`; None where nothing is hidden from them. Raises `Unavailable`."""
    if _VEILED.isdisjoint(user.roles):
        return None
    known = hidden_from(store, user, home)
    return Veil(known, frozenset(known.people[one] for one in lifted(store, user.name, at) if one in known.people))


def hidden_from(store: Store, user: User, home: Path) -> Pseudonyms:
    """Everybody who goes by a pseudonym where this user reads; of a viewer's, staff too. Raises `Unavailable`."""
    return _pseudonyms(store, user.districts, set(user.roles) == {"viewer"}, pseudonyms_key(home))


def pseudonyms_key(home: Path) -> bytes:
    """The installation's key, made at the first call; each district's pseudonyms are keyed by its id as well."""
    kept = made_once(home / "pseudonyms.key", secrets.token_bytes(32))
    return blake2b(kept, digest_size=32).digest()


def _pseudonyms(store: Store, districts: tuple[str, ...], everybody: bool, key: bytes) -> Pseudonyms:
    whose = (store.url, store.database, districts, everybody, key)
    now = stamp(store, districts)
    with _lock:
        before = _made.get(whose)
    if before and before[0] == now:
        return before[1]
    people = identities(store, districts)
    found = pseudonyms(people, key, (lambda one: True) if everybody else is_student)
    with _lock:
        if len(_made) >= _MOST:
            _made.clear()
        _made[whose] = (now, found)
    return found

"""Who looks at a page or takes a file away, and what of the store they may read; every page and route asks here."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

from casework.fold import history
from casework.scope import counting, reading
from casework.users import User, state
from casework.users import entity_of as user_entity
from dashboard.opened_store import opened_store
from dashboard.sessions import SESSIONS, Session
from model.clock import now
from storage.client import Store
from storage.queries.casework import of_entities

_FRESH_S = 5.0  # how long what was read of a user holds
_known: Final[dict[str, tuple[float, "Reader"]]] = {}


class NotLoggedIn(LookupError):
    """There is no session, or its user may not go on."""


@dataclass(frozen=True)
class Reader:
    """Somebody logged in. `store` answers with what they may read, `counts` with numbers of sources alone."""

    user: User
    store: Store
    counts: Store


def page_cookies() -> Mapping[str, str]:
    """The cookies with which the browser opened the page."""
    return st.context.cookies


def reader(cookies: Mapping[str, str]) -> Reader:
    """Who these cookies belong to; raises `NotLoggedIn` and Unavailable."""
    session = SESSIONS.of(cookies, now())
    if session is None:
        raise NotLoggedIn
    return reader_of(session)


def forget() -> None:
    """Ask the store anew who everybody is."""
    _known.clear()


def here() -> Reader:
    """Who looks at this page; raises `NotLoggedIn` and Unavailable."""
    return reader(page_cookies())


def reader_of(session: Session) -> Reader:
    """The user of a session as they are now; ends it where they were disabled or have another password."""
    until, found = _known.get(session.name, (0.0, None))
    if found is None or time.monotonic() > until:
        found = _read(session.name)
        _known[session.name] = (time.monotonic() + _FRESH_S, found)
    if found.user.disabled or found.user.kept != session.kept:
        SESSIONS.end(session)
        raise NotLoggedIn
    return found


def _read(name: str) -> Reader:
    whole = opened_store()
    user = state(history(of_entities(whole, [("", user_entity(name))])))
    if user is None:
        raise NotLoggedIn
    return Reader(user, reading(whole, user), counting(whole, user))

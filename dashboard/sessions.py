"""Who is logged in to the dashboard: sessions kept in this process, named by a signed cookie, ended here and at once.

They end after half an hour without a click, after twelve hours in any case, when somebody logs out, and when the
server ends: nothing of them is on disk.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from itsdangerous import BadSignature, Signer

COOKIE: Final = "hallmonitor_session"
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
MOST = 10_000  # sessions at once; the one idle longest makes room


@dataclass
class Session:
    """One login. `kept`: the hash that the password fitted; another one ends the session."""

    id: str
    name: str
    kept: str | None
    began: datetime
    seen: datetime

    def alive(self, at: datetime) -> bool:
        """Whether it holds at `at`."""
        return at - self.seen < IDLE and at - self.began < LONGEST


@dataclass
class Sessions:
    """All of them. Threads may share it."""

    _signer: Signer = field(default_factory=lambda: Signer(secrets.token_bytes(32), salt="session"))
    _open: dict[str, Session] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, name: str, kept: str | None, at: datetime) -> str:
        """A new session; returns the value of its cookie."""
        session = Session(secrets.token_urlsafe(32), name, kept, at, at)
        with self._lock:
            self._open = {one.id: one for one in self._open.values() if one.alive(at)}
            if len(self._open) >= MOST:
                self._open.pop(min(self._open.values(), key=lambda one: one.seen).id)
            self._open[session.id] = session
        return self._signer.sign(session.id).decode()

    def of(self, cookies: Mapping[str, str], at: datetime, touch: bool = True) -> Session | None:
        """The session that a request's cookies name, if it is alive; `touch` counts the request as use of it."""
        try:
            wanted = self._signer.unsign(cookies.get(COOKIE, "")).decode()
        except (BadSignature, UnicodeDecodeError, UnicodeEncodeError):
            return None
        with self._lock:
            session = self._open.get(wanted)
            if session is None or not session.alive(at):
                self._open.pop(wanted, None)
                return None
            if touch:
                session.seen = max(session.seen, at)
            return session

    def end(self, session: Session) -> None:
        """End it now, wherever its cookie is."""
        with self._lock:
            self._open.pop(session.id, None)

    def is_open(self, session: Session, at: datetime) -> bool:
        """Whether it has neither been ended nor run out."""
        with self._lock:
            return self._open.get(session.id) is session and session.alive(at)


SESSIONS: Final = Sessions()  # of this process: its routes, its websockets and its pages

"""Whose a VPN's tunnel is, and who signed in to the session that a record names: learned in any order.

Some gateways name the account in each record of a tunnel; others name a session, and its account in one of its records.
"""

from collections.abc import Callable

from model.event import format_ms
from streams.attribution.answer import EVER, Answer
from streams.attribution.timeline import SITTING_CAP, Entry, Timeline, forget
from streams.attribution.waiting import HOLDS
from streams.memory.shelf import Shelf
from streams.seen import Seen

SECOND = 1000
_INSIDE = "@="  # in a tunnel's name, between its account and its inside address


class Tunnels:
    """Timelines of tunnels and of sessions. `changed` hears whose answers may be others, from when (ms) on."""

    def __init__(self, changed: Callable[[str, int], None]) -> None:
        self.opened = Shelf("tunnel", Timeline, Timeline)  # what _name calls it -> inside address
        self.sessions = Shelf("session", Timeline, Timeline)  # what session_key calls it -> account that signed in
        self._changed = changed

    def sign_in(self, seen: Seen) -> None:
        """Who signed in to a session of a VPN: its other records may name the session alone."""
        named = seen.category == "vpn" and seen.account and seen.account_basis != "claimed"
        if named and seen.session_id and seen.outcome == "success":
            self._learn_session(seen, seen.at, seen.account or "")

    def open(self, seen: Seen) -> str | None:
        """The name of the tunnel that was given an inside address; None where the record names neither account nor
        session."""
        if not seen.account and not names_session_alone(seen):
            return None
        name = _name(seen)
        if self.opened.at(name).learn((seen.at, seen.event_id, seen.assigned_address or "", seen.source_id)):
            self._changed(name, seen.at)
        return name

    def end(self, seen: Seen) -> None:
        """A tunnel was closed, and with it its session; what is told in the same second is still about that."""
        name = _name(seen)
        if self.opened.at(name).learn((seen.at, seen.event_id, "", seen.source_id)):
            self._changed(name, seen.at)
        if seen.session_id:
            self._learn_session(seen, seen.at + SECOND, "")

    def _learn_session(self, seen: Seen, at: int, account: str) -> None:
        key = session_key(seen)
        if self.sessions.at(key).learn((at, seen.event_id, account, seen.source_id)):
            self._changed(key, _second(at))

    def owner(self, name: str, at: int, answer: Answer) -> Entry | None:
        """The opening of a tunnel that is open then, with its account in the place of the address; `name` is that which
        `open` gave it."""
        opened, _ = self._open_then(name, at, answer)
        account, _, ends = name.rpartition("@")
        if opened is None:
            return None
        if not account:
            account = self._owner_by_session(ends, opened[0], answer)
        elif name.startswith(_INSIDE, len(account)):  # closes that name neither address end all the account's tunnels
            other, since = self._open_then(f"{account}@{None}", at, answer)
            if other is None and since > opened[0]:
                return None
        return (opened[0], opened[1], account, opened[3]) if account else None

    def _owner_by_session(self, session: str, at: int, answer: Answer) -> str:
        entry, _, _ = self._signed_in(session, at, answer)
        if entry is None:
            return ""
        because = f"{entry[2]} had signed in to the session of the tunnel"
        shown = {"event_id": entry[1], "occurred_at": format_ms(entry[0]), "source_id": entry[3]}
        answer.prove("tunnel", entry[2], "medium", because, "authenticated", **shown)
        return entry[2]

    def signed_in(self, seen: Seen, answer: Answer) -> Entry | None:
        """The sign-in to the session that a VPN's record is about, where the record does not say whose it is."""
        if not names_session_alone(seen):
            return None
        entry, since, until = self._signed_in(session_key(seen), seen.at, answer)
        answer.narrow(since, until)
        return entry

    def _open_then(self, name: str, at: int, answer: Answer) -> tuple[Entry | None, int]:
        """What a tunnel's timeline holds then, and since when (ms)."""
        answer.rest_on(HOLDS, name)
        line = self.opened.items.get(name)
        entry, since, until = line.holding(at, SITTING_CAP) if line else (None, -EVER, EVER)
        answer.narrow(since, until)
        return entry, since

    def _signed_in(self, session: str, at: int, answer: Answer) -> tuple[Entry | None, int, int]:
        """Who had signed in to a session by the end of the second of `at`, and the stretch in which that is so (ms).

        Gateways write the steps of one second in any order.
        """
        answer.rest_on(HOLDS, session)
        line = self.sessions.items.get(session)
        by_then = _second(at) + SECOND - 1
        entry, since, until = line.holding(by_then, SITTING_CAP) if line else (None, -EVER, EVER)
        return entry, _second(since), _second(until)

    def forget(self, before: int) -> None:
        """Drop what ended before `before` (ms), whole: a new session is a new key."""
        forget(self.opened, before, SITTING_CAP)
        forget(self.sessions, before, SITTING_CAP)


def names_session_alone(seen: Seen) -> bool:
    """Whether a record of a VPN is about a session, and does not say whose."""
    return seen.category == "vpn" and seen.account is None and bool(seen.session_id)


def session_key(seen: Seen) -> str:
    """A session, among those of its gateway: each counts its own, and many may send to one source."""
    return f"{seen.source_id}\0{seen.reporter or ''}\0{seen.session_id}".replace("@", "\0")  # an @ ends an account


def _name(seen: Seen) -> str:
    """By account and public address; without that by the address inside, since an account may have two tunnels. Where
    only the session says whose it is, by the session: its end names no address."""
    if names_session_alone(seen):
        return f"@{session_key(seen)}"
    if seen.address is None and seen.assigned_address:
        return f"{seen.account}{_INSIDE}{seen.assigned_address}"
    return f"{seen.account}@{seen.address}"


def _second(at: int) -> int:
    return at - at % SECOND

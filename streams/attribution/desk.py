"""Who sits at a device: whose session was last come to and has not ended since; told by session id, in any order.

Windows: a session is a logon id. Only logons of type 2, 10 and 11 open a desktop. An unlock writes 4624 of type 7,
often twice, and ends those sessions within the second; the desktop's own session goes on (learn.microsoft.com,
event-4624, -4634, -4647, -4778, -4800, -4801). Where no session ids are written, the account alone tells.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Container
from enum import IntEnum
from typing import Any, NamedTuple

import msgspec


class Act(IntEnum):
    """What an event says about a desk, in the order in which what is told of one instant is taken to have happened."""

    AWAY = -1  # the screen was locked: the session goes on, and nobody sits at it until somebody comes back
    OUT = 0  # the owner of a session signed off or went from it; without an account, every session is over
    HERE = 1  # somebody came to a session
    LEFT = 2  # a session of that logon type is over
    ASIDE = 3  # a session was opened inside another (runas, a UAC prompt): nobody sat down


class Entry(NamedTuple):
    """What one event says about a desk."""

    at: int  # ms
    act: int
    event_id: str
    account: str  # "" = whoever
    session: str  # "" = not told
    source_id: str = ""


_DESKS = frozenset({"interactive", "cached", "remote"})
_ACTS = {
    "session.locked": Act.AWAY,
    "session.unlocked": Act.HERE,
    "session.reconnected": Act.HERE,
    "session.disconnected": Act.OUT,
    "device.started": Act.OUT,  # no session outlives the machine's being off, whoever was in it
    "device.stopped": Act.OUT,
}
ACTIONS = frozenset({*_ACTS, "account.logged_on", "account.logged_off"})
_EVER = 1 << 62
_RECENT = 64  # entries looked back over for somebody who is still there
_TWIN_MS = 1000  # the two logons that Windows writes for an administrator are closer than this


def act_of(action: str, logon_type: str | None) -> Act | None:
    """What an event says about a desk; None if nothing: network, batch and service sessions have no desk."""
    if action == "account.logged_on":
        if logon_type == "secondary":
            return Act.ASIDE
        return Act.HERE if logon_type in _DESKS or logon_type == "unlock" else None
    if action == "account.logged_off":
        if logon_type is None:
            return Act.OUT
        return Act.LEFT if logon_type in _DESKS else None
    return _ACTS.get(action)


def session_of(action: str, logon_type: str | None, session_id: str | None) -> str:
    """The session that an event is about; "" for an unlock's own, which is over within the second."""
    return "" if action == "account.logged_on" and logon_type == "unlock" else session_id or ""


def ends(act: int, named: str, session: str, aside: Container[str], known: Container[str]) -> bool:
    """Whether the end of the session `named` is the end of `session`, of the same account; "" where nobody tells.

    Signing off also ends it where it names the other half of an administrator's logon (it is in `aside`), or a session
    whose logon nobody saw (it is not in `known`).
    """
    if act == Act.AWAY or not named or not session or named == session:
        return True  # a lock covers the whole screen
    return act == Act.OUT and (named in aside or named not in known)


class Desk(msgspec.Struct, array_like=True, gc=False):
    """What is known of the sessions at one device: entries in order of time, and when sessions aside were opened."""

    entries: list[Entry] = []
    aside: dict[str, int] = {}

    def learn(self, entry: Entry) -> bool:
        """Add an entry; False if it changes nothing. What it is told in which order makes no difference."""
        at, act, _, _, session, _ = entry
        if act == Act.ASIDE:
            return self._learn_aside(at, session)
        place = bisect_right(self.entries, entry)
        if (act == Act.LEFT and session in self.aside) or (place and self.entries[place - 1] == entry):
            return False
        insort(self.entries, entry)
        return True

    def _learn_aside(self, at: int, session: str) -> bool:
        if not session or self.aside.get(session, -_EVER) >= at:
            return False
        self.aside[session] = at
        self.entries = [one for one in self.entries if one[1] != Act.LEFT or one[4] != session]
        return True

    def sitting(self, at: int, cap: int) -> tuple[Entry | None, int, int]:
        """Who sat there at `at`, for no longer than `cap` (ms), and the stretch [from, to) with the same answer."""
        place = bisect_right(self.entries, at, key=lambda entry: entry[0])
        since = self.entries[place - 1][0] if place else -_EVER
        until = self.entries[place][0] if place < len(self.entries) else _EVER
        entry = self._sitter(place)
        if entry is None:
            return None, since, until
        over = entry[0] + cap
        return (None, max(since, over), until) if at >= over else (entry, since, min(until, over))

    def taken(self, account: str, at: int) -> int | None:
        """When somebody else first came, since the account last came before `at` (ms); None if nobody did."""
        place = bisect_left(self.entries, at, key=lambda entry: entry[0])
        taken = None
        for entry in reversed(self.entries[max(0, place - _RECENT) : place]):
            if entry[1] == Act.HERE:
                if entry[3] == account:
                    return taken
                taken = entry[0]
        return taken

    def _sitter(self, place: int) -> Entry | None:
        """The last who came, before the entry at `place`, unless that session has ended; or its twin."""
        ended: list[Entry] = []
        over: Entry | None = None
        for index in range(place - 1, max(-1, place - 1 - _RECENT), -1):
            entry = self.entries[index]
            if entry[1] != Act.HERE:
                ended.append(entry)
            elif over and (entry[3] != over[3] or over[0] - entry[0] > _TWIN_MS):
                return None
            elif not self._is_over(entry, index, ended):
                return entry
            else:
                over = over or entry
        return None

    def _is_over(self, entry: Entry, index: int, ended: list[Entry]) -> bool:
        if not ended:
            return False
        account, session = entry[3], self._session(entry) or self._earlier(entry[3], index)
        recent = self.entries[max(0, index - _RECENT) : index + 1]
        known = {one.session for one in recent if one.act == Act.HERE}
        return any(
            (end[4] and end[4] == session)
            or (end[3] in ("", account) and ends(end[1], end[4], session, self.aside, known))
            for end in ended
        )

    def _session(self, entry: Entry) -> str:
        return "" if entry[4] in self.aside else entry[4]

    def _earlier(self, account: str, index: int) -> str:
        """The session that an unlock goes back to: the account's last one before that had not ended; "" if unknown."""
        gone: set[str] = set()
        for entry in reversed(self.entries[max(0, index - _RECENT) : index]):
            if entry[1] == Act.AWAY:
                continue
            if entry[1] != Act.HERE:
                gone.add(entry[4])
            elif entry[3] == account and (session := self._session(entry)) and session not in gone:
                return session
        return ""

    def forget(self, before: int) -> bool:
        """Drop what is older than `before` (ms); True if anything went."""
        kept = [entry for entry in self.entries if entry[0] >= before]
        aside = {session: at for session, at in self.aside.items() if at >= before}
        went = len(kept) < len(self.entries) or len(aside) < len(self.aside)
        self.entries, self.aside = kept, aside
        return went


def from_timeline(fields: list[Any]) -> list[Any]:
    """The first format of this memory, a timeline: [at, event id, account or `-account` of one who left, category]."""
    entries = [
        (at, Act.OUT if value.startswith("-") else Act.HERE, event_id, value.removeprefix("-"), "")
        for at, event_id, value, _ in fields[0]
    ]
    return [sorted(entries), {}]

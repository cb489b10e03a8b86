"""Remote sessions out of sightings of tunnels: opened, reconnected, idle, closed or never closed, cut at the cap.

A tunnel is one account from one public address. Reconnects within the merge gap are one session, a close that never
came is the last activity and the idle timeout, and a tunnel that stays open longer than the cap is cut in pieces.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from streams.detection import Case
from streams.patterns.intervals import Interval
from streams.patterns.turned_away import let_in
from streams.sighting import Sighting

Close = Literal["recorded", "inferred", "open"]
Opening = Literal["recorded", "inferred"]
TUNNEL = frozenset({"tunnel.opened", "tunnel.addressed", "tunnel.closed", "tunnel.reported"})
_RANK = {"tunnel.opened": 0, "tunnel.addressed": 1, "tunnel.closed": 3}  # of what happens in one millisecond


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a session, in ms. `next_day`: the first instant of the school day after the one an instant lies in."""

    idle: int
    merge: int
    cap: int
    known_from: int  # nothing older is remembered: a tunnel already open then began some time before
    settled_at: int
    next_day: Callable[[int], int]


class _Rules(Protocol):
    """The numbers of a pack that say what a session is."""

    @property
    def idle_minutes(self) -> int: ...
    @property
    def merge_seconds(self) -> int: ...
    @property
    def cap_hours(self) -> int: ...


def limits_of(case: Case, rules: _Rules) -> Limits:
    """What ends a session, by the pack's numbers and the case's calendar."""
    calendar = case.calendar
    yesterday = calendar.school_day(case.started_at - 1)
    return Limits(
        idle=rules.idle_minutes * 60_000,
        merge=rules.merge_seconds * 1000,
        cap=rules.cap_hours * 3_600_000,
        known_from=calendar.day_bounds(yesterday)[0],
        settled_at=case.settled_at,
        next_day=lambda at: calendar.day_bounds(calendar.school_day(at))[1],
    )


@dataclass(slots=True)
class Session:
    """One merged session. `last_at` is its last activity, `ended_at` its recorded or inferred end (ms)."""

    account: str
    address: str | None
    started_at: int
    last_at: int
    ended_at: int
    close: Close
    opening: Opening
    tunnel: list[Sighting] = field(default_factory=list)
    activity: list[Sighting] = field(default_factory=list)
    parts: int = 1

    @property
    def judged(self) -> Interval:
        """What approvals must cover: to the recorded close, else to the last activity, never the inferred tail."""
        return Interval(self.started_at, self.ended_at if self.close == "recorded" else self.last_at + 1)

    @property
    def is_stray(self) -> bool:
        """Whether all that is known is a close that tells neither an opening nor how long it was."""
        return self.opening == "inferred" and self.ended_at <= self.started_at

    @property
    def assigned(self) -> frozenset[str]:
        """The addresses inside the district that the tunnel was given."""
        return frozenset(s.assigned_address for s in self.tunnel if s.assigned_address)

    @property
    def sightings(self) -> list[Sighting]:
        """All that shows it, in order of time."""
        return sorted([*self.tunnel, *self.activity], key=lambda s: (s.at, s.event_id))


def as_it_happened(sightings: Iterable[Sighting]) -> list[Sighting]:
    """In order of time; of one instant what opens a tunnel comes first and what closes it last."""
    return sorted(sightings, key=lambda s: (s.at, _RANK.get(s.kind, 2), s.event_id))


def build(sightings: Iterable[Sighting], limits: Limits) -> list[Session]:
    """The sessions of one account, in order of their start.

    Tunnels make sessions; whatever else the account did through one (by its assigned address, or while it was open)
    is its activity and keeps it alive. What happens outside every tunnel is nobody's session.
    """
    live: list[Session] = []
    ended: list[Session] = []
    for sighting in as_it_happened(let_in(sightings)):
        if sighting.kind in TUNNEL:
            _tunnel(sighting, live, ended, limits)
        else:
            _act(sighting, live, limits)
    whole = _merged([*ended, *(_inferred(session, limits) for session in live)], limits)
    pieces = [piece for one in whole for piece in _capped(one, limits)]
    return sorted(pieces, key=lambda s: (s.started_at, s.address or ""))


def _tunnel(sighting: Sighting, live: list[Session], ended: list[Session], limits: Limits) -> None:
    session = _found(sighting, live)
    if session and sighting.kind == "tunnel.opened" and sighting.at - session.last_at > limits.idle:
        live.remove(session)
        ended.append(_inferred(session, limits))
        session = None
    if session is None:
        session = _begun(sighting, limits)
        live.append(session)
    elif _is_about(sighting, session) and session.started_at - (told := _began(sighting, limits)) > limits.merge:
        session.started_at, session.opening = told, "inferred"  # it was resumed after a pause
    session.tunnel.append(sighting)
    session.last_at = max(session.last_at, sighting.until)
    if sighting.kind == "tunnel.closed":
        live.remove(session)
        session.ended_at, session.close = sighting.at, "recorded"
        ended.append(session)


def _found(sighting: Sighting, live: list[Session]) -> Session | None:
    """The open session that a tunnel's record is about: same public address, same session id where both say one.

    A close without a public address may have another id, as after a rekeying: then its inside address tells.
    """
    near = [one for one in live if sighting.address in (None, one.address)]
    ends = sighting.kind == "tunnel.closed" and sighting.address is None
    inside = [one for one in near if ends and sighting.assigned_address in one.assigned]
    if sighting.session_id is None:
        return next(reversed(inside or near), None)
    named = [one for one in near if sighting.session_id in _ids(one)]
    nameless = [one for one in near if not _ids(one)]
    return next(reversed(named or inside or nameless), None)


def _ids(session: Session) -> set[str]:
    return {s.session_id for s in session.tunnel if s.session_id}


def _is_about(sighting: Sighting, session: Session) -> bool:
    """Whether a record says by itself which session it means; one without address or id may mean another's."""
    return sighting.session_id in _ids(session) or (bool(sighting.address) and sighting.address == session.address)


def _began(s: Sighting, limits: Limits) -> int:
    """When the session began, by a close that tells its duration, and not before our memory; else the record's time."""
    if s.kind != "tunnel.closed" or not s.duration_s:
        return s.at
    return s.at - round(min(s.duration_s * 1000, max(0, s.at - limits.known_from)))


def _begun(s: Sighting, limits: Limits) -> Session:
    """A new session; where its opening was lost, a close that tells the duration tells the start."""
    opening: Opening = "recorded" if s.kind == "tunnel.opened" else "inferred"
    return Session(s.account or "", s.address, _began(s, limits), s.until, s.until, "inferred", opening)


def _act(sighting: Sighting, live: list[Session], limits: Limits) -> None:
    """Give activity to the tunnel whose inside address it came from; without an address, to one that is not idle."""
    inside = [one for one in live if sighting.address in one.assigned]
    awake = [one for one in live if sighting.at - one.last_at <= limits.idle]
    # A logon may come from a host inside that the tunnel had reached before; a flow comes from the tunnel itself.
    hopped = sighting.kind == "account.logged_on"
    through = [one for one in awake if hopped or sighting.address in (None, one.address) or not one.assigned]
    for session in (inside or through)[-1:]:
        session.activity.append(sighting)
        session.last_at = max(session.last_at, sighting.until)


def _inferred(session: Session, limits: Limits) -> Session:
    session.ended_at = session.last_at + limits.idle
    session.close = "open" if session.ended_at > limits.settled_at else "inferred"
    return session


def _merged(sessions: list[Session], limits: Limits) -> list[Session]:
    """Sessions from one address that overlap or follow within the merge gap, as one."""
    merged: list[Session] = []
    for one in sorted(sessions, key=lambda s: (s.address or "", s.started_at, s.ended_at)):
        last = merged[-1] if merged else None
        if last and last.address == one.address and one.started_at <= last.ended_at + limits.merge:
            merged[-1] = _joined(last, one, limits)
        else:
            merged.append(one)
    return merged


def _joined(one: Session, other: Session, limits: Limits) -> Session:
    final = max(one, other, key=lambda s: (s.ended_at, s.close == "recorded"))
    # A start worked out from a rounded duration gives way to a recorded one close by.
    rounded = one.opening == "inferred" and other.opening == "recorded"
    first = other if rounded and other.started_at - one.started_at <= limits.merge else one
    same = other.started_at <= one.ended_at and "inferred" in (one.opening, other.opening)
    return replace(
        one,
        started_at=first.started_at,
        last_at=max(one.last_at, other.last_at),
        ended_at=final.ended_at,
        close=final.close,
        opening=first.opening,
        tunnel=[*one.tunnel, *other.tunnel],
        activity=[*one.activity, *other.activity],
        parts=one.parts + (0 if same else 1),
    )


def _capped(session: Session, limits: Limits) -> list[Session]:
    """A session no longer than the cap, or its pieces: the first as long as the cap, the others one school day each.

    Pieces begin with the school day, so that a tunnel that began before our memory is cut at the same instants
    whichever day is judged.
    """
    older = session.opening == "inferred" and session.started_at - limits.known_from <= limits.idle
    stop = limits.next_day(session.started_at) if older else session.started_at + limits.cap
    pieces, start = [], session.started_at
    while stop < session.judged.end:
        pieces.append(_piece(session, start, stop))
        start, stop = stop, limits.next_day(stop)
    return [*pieces, _piece(session, start, session.judged.end)] if pieces else [session]


def _piece(session: Session, start: int, stop: int) -> Session:
    last = stop >= session.judged.end
    inside = Interval(start, stop)
    tunnel = [s for s in session.tunnel if inside.holds(s.at)]
    return replace(
        session,
        started_at=start,
        last_at=min(session.last_at, stop - 1),
        ended_at=session.ended_at if last else stop,
        close=session.close if last else "inferred",
        opening=session.opening if start == session.started_at else "inferred",
        tunnel=tunnel or session.tunnel[:1],
        activity=[s for s in session.activity if inside.holds(s.at)],
    )

"""Traffic of which there is too much to wait for a lease or a sign-in: when one is told, it is laid to whom that shows.

What it costs is paid by what is told late, not by the traffic: of an event a slot of time is made longer.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from streams.attribution.answer import Answer
from streams.attribution.user_agent import system_of
from streams.engine.docket import Docket
from streams.engine.settings import Settings
from streams.memory.followed import Followed, Kind, Piece, Stretch
from streams.seen import Seen
from streams.sighting import Sighting

SeeAgain = Callable[[bytes, Piece], tuple[Seen, Answer]]
"""The event of a line as if it were the first of the piece: whose it is by what is known now."""


class _Placed(NamedTuple):
    """A piece, whose it is by what is known now, and what its detection remembers of that."""

    piece: Piece
    seen: Seen
    line: bytes
    answer: Answer
    sighting: Sighting | None


class Following:
    """What one detection follows."""

    def __init__(self, docket: Docket, memory: Followed, settings: Settings, see_again: SeeAgain) -> None:
        self.key = docket.key
        self._name = docket.detection.name
        self.actions = docket.detection.follows
        self.memory = memory
        self._docket = docket
        self._settings = settings
        self._see_again = see_again

    def follow(self, seen: Seen, line: bytes, answer: Answer) -> None:
        """Remember that an event may yet be somebody else's; the detection has heard of it already."""
        run = answer.runs.get(self._name)
        heard = run is not None and run.sighting.last_event_id == seen.event_id
        if heard or self._counts(seen):
            self._add(seen, line, answer, Piece(seen.at, seen.event_id, seen.at, seen.event_id))

    def _counts(self, seen: Seen) -> bool:
        continues = self._docket.detection.continues
        return continues is not None and continues(seen, self._settings.policy_at(seen.at))

    def _add(self, seen: Seen, line: bytes, answer: Answer, piece: Piece) -> None:
        name, day = (self._name, system_of(seen.user_agent)), self._docket.day_of(seen.at)
        kind = self._kind(answer, day)
        stretch = answer.followed.get(name)
        if stretch and stretch.pieces and (stretch.day, stretch.kind) == (day, kind):
            stretch.add(piece)
            self.memory.shelf.changed.add(stretch.name)
            return
        stretch = Stretch(line, day, tuple(dict.fromkeys(answer.keys)), answer.rests, kind)
        if self.memory.begin(stretch, piece):
            answer.followed[name] = stretch

    def _kind(self, answer: Answer, day: str) -> Kind | None:
        """Where traffic with this answer stands on that day; None where it is nobody's."""
        run = answer.runs.get(self._name)
        if run is None or not run.kind[0].startswith(day):
            return None
        key, alike = run.kind
        return (key, alike) if isinstance(alike, tuple) else None

    def moved(self, changed: Iterable[tuple[str, int]]) -> None:
        """These timelines changed, from an instant (ms) on: lay what rests on them to whom they show now."""
        found = self.memory.resting_on(changed)
        placed = {name: self._placed(self.memory.shelf.items[name], since) for name, since in found.items()}
        moved = {name for name, pieces in placed.items() if self._is_otherwise(self.memory.shelf.items[name], pieces)}
        if moved:
            self._move({name: found[name] for name in moved})

    def _move(self, moved: dict[str, int]) -> None:
        """Take out of its place what came from then on, with all that stands there too, and lay it down anew."""
        since: dict[Kind, int] = {}
        for name, at in moved.items():
            if kind := self.memory.shelf.items[name].kind:
                since[kind] = min(at, since.get(kind, at))
        for kind, at in since.items():
            moved.update({name: min(at, moved.get(name, at)) for name in self.memory.beside(kind)})
        pieces = {name: self.memory.shelf.items[name].since(at) for name, at in moved.items()}
        again = [one for name, at in moved.items() for one in self._placed(self.memory.shelf.items[name], at)]
        for kind, at in since.items():
            gone = [piece for name in self.memory.beside(kind) for piece in pieces[name]]
            self._docket.cut(kind, at, gone, self.memory.last_before(kind, at))
        for name, at in moved.items():
            self.memory.cut(name, at)
        for one in sorted(again, key=lambda one: one.piece):
            self._lay(one)

    def _placed(self, stretch: Stretch, since: int) -> list[_Placed]:
        """The pieces of a stretch from an instant (ms) on, as whose they are by what is known now."""
        placed = []
        for piece in stretch.since(since):
            seen, answer = self._see_again(stretch.line, piece)
            placed.append(_Placed(piece, seen, stretch.line, answer, self._sighted(seen, piece)))
        return placed

    def _sighted(self, seen: Seen, piece: Piece) -> Sighting | None:
        docket, reference = self._docket, self._settings.reference
        if seen.at <= docket.forgotten_at or not docket.concerned(seen):
            return None
        sighting = docket.detection.sight(seen, reference, self._settings.policy_at(seen.at))
        if sighting:
            sighting.until, sighting.last_event_id, sighting.count = piece.until, piece.last_event_id, piece.count
            sighting.system = system_of(seen.user_agent)
        return sighting

    def _is_otherwise(self, stretch: Stretch, placed: Iterable[_Placed]) -> bool:
        detection = self._docket.detection
        return any(
            stretch.kind
            != (one.sighting and (f"{stretch.day}|{detection.subject(one.sighting)}", detection.alike(one.sighting)))
            for one in placed
        )

    def _lay(self, one: _Placed) -> None:
        if one.sighting:
            self._docket.sight(one.sighting, one.answer, alone=False)
        self._add(one.seen, one.line, one.answer, one.piece)

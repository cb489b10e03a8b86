"""From one event to what is remembered of it: who and where, and the sightings that detections keep."""

from collections.abc import Iterable, Sequence

from model.attributed import Given, Origin, whole
from model.policy import Policy
from streams.attribution.answer import Answer
from streams.attribution.attributor import Attributor
from streams.attribution.desk import ACTIONS
from streams.attribution.naming import Naming
from streams.attribution.user_agent import system_of
from streams.attribution.waiting import HOLDS, SITS, Waiting, WaitingRoom
from streams.engine.audience import Audience, Lookers
from streams.engine.docket import Docket
from streams.engine.no_go import NoGo
from streams.engine.output import words_of
from streams.engine.settings import Settings
from streams.memory import watermarks
from streams.memory.clocks import ACTIONS as SIGN_INS
from streams.memory.clocks import Clocks
from streams.memory.flows import Flows
from streams.memory.shelf import Shelf
from streams.memory.watermarks import NEVER, Source
from streams.seen import Seen, decode_seen
from streams.sighting import Sighting, short_id


class Witness:
    """Sees every event once. Most interest no detection and cost an attribution from the cache and no more."""

    def __init__(self, attributor: Attributor, clocks: Clocks, settings: Settings, dockets: Sequence[Docket]) -> None:
        self.reference = reference = attributor.reference
        self.settings = settings
        self.attributor = attributor
        self._naming = Naming(reference)
        self.no_go = NoGo(reference, settings, attributor.unchanged)
        self._audience = Audience(reference, settings, attributor.unchanged)
        self.sources = Shelf("source", Source, Source)
        self.flows = Flows()
        self.clocks = clocks
        self.room = WaitingRoom()
        self._as_given: set[str] = set()  # events that wait, of which what the tables say has not changed; only a memo
        self.given: list[Given] = []  # the last is of the record that is being taken in
        self.again: list[bytes] = []  # events given out a second time, whole
        self._unjudged: list[tuple[bytes, str, str]] = []  # lines that could not be judged anew, why, and their ids
        self._dockets: dict[str, Docket] = {}
        self._before = NEVER
        self._told: dict[int, int] = {}  # by what an answer rests on; only a memo
        self.dockets_changed(dockets)

    def dockets_changed(self, dockets: Iterable[Docket]) -> None:
        """Let these detections hear from now on, and no others."""
        self._dockets = {docket.key: docket for docket in dockets}
        self._audience.ask(self._dockets.values())
        self._as_given.clear()

    def settings_changed(self) -> None:
        """Ask anew which detection listens to what, and whose a realm is."""
        self._naming.realms_changed(self.settings.realms)
        self._audience.changed()
        self.no_go.changed()
        self._told.clear()
        self._as_given.clear()

    def reference_changed(self, *edges: int) -> None:
        """A row was added that counts for something else from each of `edges` (ms) on: no answer about names, persons
        or devices holds."""
        self._naming.reference_changed()
        self._audience.changed()
        self.no_go.changed()
        self.attributor.reference_changed(*edges)
        self._as_given.clear()

    def sources_moved(self) -> None:
        """A source has spoken further, ended, fallen silent or resumed."""
        self._told.clear()

    def see(self, seen: Seen, line: bytes, source: Source) -> None:
        """Attribute and publish one event; let detections remember of it what they need."""
        source.events += 1
        if seen.action == "record.unrecognised":
            source.unrecognised += 1
        if seen.occurred_at is None or seen.time_quality == "bad":
            self.give(seen, b"")  # stored and searchable, never counted in a window
            return
        seen.line = line
        self._naming.give(seen)
        told_again = seen.at <= self._before and seen.told_with_the_rest
        if seen.at < source.reached_at and not told_again:
            source.late += 1
        watermarks.hear(source, seen.at)
        if seen.action in _SPELL:
            _SPELL[seen.action](source, seen.at)
            self.sources_moved()
        else:
            watermarks.speak(source, seen.at)
            if not told_again:
                self.flows.add(seen.source_id, seen.at, seen.event_id)
        self.attributor.presence.learn(seen)
        if seen.action in SIGN_INS:
            self.clocks.hear(seen)
        answer = self.attributor.answer(seen)
        if (answer.mac or seen.address) and self.attributor.noted(seen, answer):
            answer = self.attributor.answer(seen)
        self.give(seen, answer.suffix)
        self._hear(seen, line, answer)
        while self.attributor.changed:
            changed, self.attributor.changed = self.attributor.changed, []
            self.clocks.leased(key for key, _ in changed)
            self._see_again(self.room.take_by(changed))

    def begin(self, origin: Origin, lines: list[bytes], before: int) -> None:
        """What is seen from now on stands in this record of the log.

        `before`: the latest time (ms) that its source had told of when the stream that it is of began.
        """
        self.given.append(Given(origin, lines))
        self._before = before

    def give(self, seen: Seen, added: bytes) -> None:
        """Give out an event of the record, with what attribution adds to it."""
        given = self.given[-1]
        given.numbers.append(seen.number)
        given.added.append(added)
        if seen.sensitive:
            given.hidden.append(seen.number)

    def take_given(self) -> tuple[list[Given], list[bytes]]:
        """What was given out since the last call, and what was given out a second time."""
        given, again = self.given, self.again
        self.given, self.again = [], []
        return [one for one in given if one.numbers], again

    def _hear(self, seen: Seen, line: bytes, answer: Answer, kept: Sequence[str] = ()) -> None:
        """Let the detections that an event with this answer can concern hear of it; most only make a run longer.

        `kept`: the detections that remember it already, for good.
        """
        hearers = answer.hearers.get(seen.action)
        if hearers is None:
            hearers = answer.hearers[seen.action] = self._hearers(seen, answer)
        if not hearers and not self._audience.reading:
            return
        asked = self._audience.of(seen)
        readers = self._readers(seen, answer, asked.readers, kept, known=bool(hearers)) if asked.readers else []
        if not hearers and not readers:
            return
        told = list(kept)
        looking = self._go_on(seen, answer, asked.lookers(hearers), told) + readers
        unknown = answer.device_id is None and answer.holder is None and self._unsure(seen, answer.rests)
        if looking or unknown:
            self._know(seen, answer)
            sighted = self._sighted(seen, looking, asked.policy)
            self._sight(seen, line, answer, sighted, told, unknown=unknown)

    def _hearers(self, seen: Seen, answer: Answer) -> tuple[Docket, ...]:
        """The detections that events of this action, with this answer, concern."""
        self._know(seen, answer)
        return tuple(docket for docket in self._audience.listeners(seen.action) if docket.concerned(seen))

    def _readers(
        self, seen: Seen, answer: Answer, readers: list[Docket], kept: Sequence[str], *, known: bool
    ) -> list[Docket]:
        """Those of the detections that read such records which this one concerns."""
        if known:
            self._know(seen, answer)
        hearing = [one for one in readers if seen.at > one.forgotten_at and one.key not in kept]
        return [docket for docket in hearing if docket.concerned(seen)]

    def _go_on(self, seen: Seen, answer: Answer, lookers: Lookers, told: list[str]) -> list[Docket]:
        """Count who was active, and make runs longer, which is `told`; returns the detections that must look at it."""
        kept, looking = tuple(told), []
        for docket in lookers.counting:
            if seen.at > docket.forgotten_at and docket.key not in kept:
                docket.saw(seen.at, answer)
        for docket, below, continues in lookers.looks:
            if seen.at <= docket.forgotten_at or (seen.bytes_in or 0) < below or docket.key in kept:
                continue
            run = docket.run_before(seen, answer) if continues else None
            if run is None:
                looking.append(docket)
            else:
                docket.lengthen(run, seen)
                told.append(docket.key)
        return looking

    def _know(self, seen: Seen, answer: Answer) -> None:
        seen.person, seen.device_id, seen.site = answer.person, answer.device_id, answer.site
        seen.holder, seen.confidence, seen.contradicted = answer.holder, answer.confidence, answer.contradicted
        if seen.account_basis == "claimed" and not seen.action.startswith(_OF_AN_ACCOUNT):
            seen.account = None  # whoever the client says it is, what it did is laid to who is known there
        seen.account = seen.account or answer.tunnel
        seen.mac = seen.mac or answer.mac
        seen.sitter = answer.sitter
        if seen.action in OF_A_DESK and seen.device_id and seen.account:
            seen.taken_at = self.attributor.taken(seen.device_id, seen.account, seen.at)
        if answer.tunnel and seen.destination:
            seen.destination_device_id = self.attributor.device_at(seen.destination, seen.at)
        elif seen.action == "account.logged_on" and seen.reporter:
            seen.destination = self.attributor.address_of(seen.reporter, seen.at)

    def _sighted(self, seen: Seen, dockets: Iterable[Docket], policy: Policy) -> list[tuple[Docket, Sighting]]:
        """The detections that remember something of an event, and what."""
        found = ((docket, docket.detection.sight(seen, self.reference, policy)) for docket in dockets)
        return [(docket, sighting) for docket, sighting in found if sighting]

    def _sight(
        self,
        seen: Seen,
        line: bytes,
        answer: Answer,
        sighted: Iterable[tuple[Docket, Sighting]],
        told: list[str],
        *,
        unknown: bool,
    ) -> None:
        """Remember; what a later lease or logon could still give to another stands apart and waits.

        `told`: the detections that remember it already, for good. `unknown`: it is not known at all yet whose it is.
        """
        if not sighted and not unknown:
            return
        more = self.attributor.told_by(seen, answer)
        desk = (seen.device_id,) if seen.action in OF_A_DESK and seen.device_id else ()  # for who else came there
        rests = answer.rests | (HOLDS if more else 0) | (SITS if desk else 0)
        apart: list[tuple[str, str]] = []
        for docket, sighting in sighted:
            key, alone = self._remember(docket, seen, sighting, answer, None if unknown else rests)
            if alone:
                apart.append((docket.key, key))
            elif key:
                told.append(docket.key)
        if unknown or apart:
            keys = list(dict.fromkeys([*answer.keys, *more, *desk]))
            self.room.put(seen.event_id, Waiting(seen.at, line, apart, keys, rests, answer.suffix, told))
            self._as_given.add(seen.event_id)

    def _remember(
        self, docket: Docket, seen: Seen, sighting: Sighting, answer: Answer, rests: int | None
    ) -> tuple[str, bool]:
        """The cell in which a detection remembers it, and whether it stands there apart.

        `rests`: on which timelines the answer rests; None where it is not known at all yet whose it is.
        """
        alone = rests is None or (docket.detection.movable(sighting) and self._unsure(seen, rests))
        sighting.system = system_of(seen.user_agent)
        if seen.may_come_twice:
            sighting.ids = short_id(seen.event_id)
        return docket.sight(sighting, answer, alone=alone), alone

    def _unsure(self, seen: Seen, rests: int) -> bool:
        """Whether an answer that rests on these timelines may yet be another, and there is room to wait for it."""
        return bool(rests) and seen.at >= self.told_until(rests) and not self.room.full()

    def told_until(self, rests: int) -> int:
        """Up to where (ms) the sources have spoken that tell what an answer rests on."""
        told = self._told.get(rests)
        if told is None:
            known = self.settings.sources
            telling = (
                source for name, source in self.sources.items.items() if name in known and known[name].tells & rests
            )
            told = self._told[rests] = watermarks.settled(telling)
        return told

    def _see_again(self, events: list[tuple[str, Waiting]], *, settled: bool = False) -> None:
        """Take back what stood apart and remember it anew, as whose it is by what is known now.

        `settled`: nothing can move it any more; unless a table has changed it stays whose it was.
        """
        for event_id, waiting in events:
            as_given = settled and event_id in self._as_given
            self._as_given.discard(event_id)
            try:
                (self._settle if as_given else self._see_anew)(event_id, waiting)
            except Exception as error:  # of this one, not of the line that brought the news
                self._unjudged.append((waiting.line, words_of(error), event_id))

    def take_unjudged(self) -> list[tuple[bytes, str, str]]:
        """The lines that could not be judged anew since the last call."""
        taken, self._unjudged = self._unjudged, []
        return taken

    def _see_anew(self, event_id: str, waiting: Waiting) -> None:
        for name, key in waiting.apart:
            if name in self._dockets:  # else it stood in a case of another release
                self._dockets[name].take_back(key, event_id)
        seen = decode_seen(waiting.line)
        seen.at = waiting.at
        self.no_go.hide(seen, waiting.line)
        seen.line = waiting.line
        self._naming.give(seen)
        answer = self.attributor.answer(seen)
        if (answer.mac or seen.address) and self.attributor.noted(seen, answer):
            answer = self.attributor.answer(seen)
        if answer.suffix != waiting.suffix:
            self.again.append(whole(waiting.line[:-1] + _AGAIN, answer.suffix))
        self._hear(seen, waiting.line, answer, waiting.kept)

    def release_waiting(self) -> None:
        """What nothing can move any more goes on as it is; after a table has changed, as whose it is by that."""
        self._see_again(self.room.take_settled(self.told_until), settled=True)

    def _settle(self, event_id: str, waiting: Waiting) -> None:
        """No timeline that it rests on has changed, else it would have been taken out then: it is whose it was."""
        for name, key in waiting.apart:
            if name in self._dockets:  # else it stood in a case of another release
                self._dockets[name].settle(key, event_id)


# An event that is given out a second time says so: its row takes the place of another, which the ledger must know.
_AGAIN = b',"again":true}'
OF_A_DESK = ACTIONS
_OF_AN_ACCOUNT = ("account.", "session.", "tunnel.", "ticket.")
_SPELL = {"source.silent": watermarks.fall_silent, "source.resumed": watermarks.resume}

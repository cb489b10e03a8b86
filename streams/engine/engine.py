"""One district's judge: facts, events and ticks in, attributed events and violations out; no clock and no I/O.

The same engine runs under Kafka, in `hallmonitor judge`, in a replay and in a test. Whoever calls it writes what
`take` and `changes` give in one transaction, or throws the engine away and restores the last one written.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from types import MappingProxyType

import msgspec

from model.adoption import Adoption, decode_adoption
from model.attributed import Origin
from model.batch import Batch, Command, Fact, Tick
from model.codec import split_lines
from model.dead_letter import DeadLetter
from model.event import parse_at
from model.policy import Policy, base_policy
from model.reference import Reference
from model.reference.reading import edges
from model.tables import UNREAD
from streams.attribution.attributor import Attributor
from streams.attribution.waiting import HOLDS
from streams.detection import Detection
from streams.detections.catalog import DETECTIONS
from streams.detections.sigma import detections_of
from streams.engine.applied import KEPT_MS, Streams
from streams.engine.docket import Docket, listens
from streams.engine.fitness import Unfit, check_adoption, check_fact, check_tick
from streams.engine.output import Facts, Listening, Output, Skip, Trying, Unjudged, buried, words_of
from streams.engine.progress import Progress
from streams.engine.settings import TABLES, Settings
from streams.engine.witness import Witness
from streams.memory import watermarks
from streams.memory.clocks import DAY_MS, KEPT, Clocks
from streams.memory.shelf import Shelf
from streams.memory.skew import Skews
from streams.memory.watermarks import NEVER, Source
from streams.seen import decode_seen

FORGET_EVERY_MS = 3_600_000
FLOWS_KEPT_MS = 50 * 24 * FORGET_EVERY_MS  # what is usual of a source is counted over weeks before its case
NOWHERE = Origin(-1, b"")  # of a batch that stands in no log
_CALLED = {"reference": "fact", "tick": "tick", "command": "command"}
_facts = msgspec.json.Decoder(Fact).decode
_ticks = msgspec.json.Decoder(Tick).decode
_commands = msgspec.json.Decoder(Command).decode
_letters = msgspec.json.Decoder(DeadLetter).decode


class Engine:
    """The state of one district and the way one batch changes it."""

    def __init__(
        self,
        district: str,
        detections: Iterable[Detection] = DETECTIONS,
        epoch: int = 0,
        defaults: Policy | None = None,
    ) -> None:
        """`defaults`: the pack whose values hold where a stored one, of another release, says nothing."""
        self.district = district
        self.reference = Reference()
        self.settings = Settings(self.reference, defaults or base_policy())
        self.set_aside: Counter[str] = Counter()  # memories of kinds that this release does not know, by kind
        attributor = Attributor(self.reference)
        self.clocks = Clocks(self.reference, attributor.device_at)
        self._skews = Skews(self.clocks)
        self._begin = partial(
            Docket,
            district=district,
            settings=self.settings,
            epoch=epoch,
            presence=attributor.presence,
            clocks=self.clocks,
        )
        self._shipped = [self._begin(detection) for detection in detections]
        self._rules: dict[str, Docket] = {}  # of every Sigma rule that was in force since this engine began
        self._dockets = self._shipped  # those that judge
        self._witness = Witness(attributor, self.clocks, self.settings, self._dockets)
        self.sources = self._witness.sources
        self._no_go = self._witness.no_go
        self._streams = Streams()
        self._facts = Shelf("fact", Facts, Facts)
        self._listening = Shelf("listening", Listening, Listening)
        self._forgot_at = NEVER
        self._output = Output()

    def _shelves(self) -> "Iterator[Shelf]":  # type: ignore[type-arg]
        yield from (self.sources, self._streams.shelf, self._facts, self._listening, self._witness.room.shelf)
        yield from (self._witness.flows.hours, self._witness.flows.flows, self.clocks.sign_ins)
        yield from self._witness.attributor.presence.shelves
        for docket in self._every:
            yield docket.cells
            if docket.habits:
                yield from (docket.habits.subjects, docket.habits.cohorts)
            if docket.volumes:
                yield docket.volumes.days
            if docket.sites:
                yield docket.sites.days
            if docket.kept:
                yield docket.kept.subjects
            yield docket.adoptions.shelf

    @property
    def _every(self) -> list[Docket]:
        """Those that judge, and the rules that are no more: what they remember is forgotten in its time."""
        return [*self._shipped, *self._rules.values()]

    # Memory

    def changes(self) -> Iterator[tuple[str, bytes | None]]:
        """Memories that changed since the last call; None forgets one."""
        self._witness.flows.written()
        for shelf in self._shelves():
            yield from shelf.changes()

    def leave_changes(self) -> None:
        """For who keeps no memories: let go of what changed. What is neither asked for nor let go of grows."""
        for shelf in self._shelves():
            shelf.written()

    def restore(self, memories: Iterable[tuple[str, bytes]]) -> None:
        """Put back every memory that `changes` ever gave and did not forget.

        Those of a kind unknown here (a detection of another release) are set aside: they stay where they are kept, for
        the release that knows them. Raises `NewerMemory` on one of a known kind in a later format.
        """
        of_rules = self._put_back(memories)
        for facts in self._facts.items.values():
            for fact in facts.versions:
                self._recall(fact)
        for name, _ in self._put_back(of_rules):  # which rules there are, the facts tell
            self.set_aside[name.split("|", 1)[0]] += 1
        self._listen()
        self._witness.room.restored()
        self.clocks.restored()
        reached = watermarks.watermark(self.sources.items.values())
        for docket in self._dockets:
            docket.restored(reached)

    def _put_back(self, memories: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        """Returns those that nobody knows."""
        shelves = {shelf.prefix: shelf for shelf in self._shelves()}
        unknown = []
        for name, value in memories:
            prefix, key = name.split("|", 1)
            if prefix in shelves:
                shelves[prefix].restore(key, value)
            else:
                unknown.append((name, value))
        return unknown

    def take(self) -> Output:
        """What was given out since the last call; ask for it before `changes`."""
        output, self._output = self._output, Output()
        output.reached = watermarks.told(self.sources, self._skews.of)
        output.given, output.again = self._witness.take_given()
        return output

    # One batch

    def observe(
        self, batch: Batch, skip: Skip = MappingProxyType({}), trying: Trying = None, origin: Origin = NOWHERE
    ) -> None:
        """Take in a batch; lines in `skip` are kept, not judged. After it raises `Unjudged` this engine is void.

        `trying` is told of each line before it is judged: for a batch that has ended the process before. `origin`: the
        record of the log that carries the batch.
        """
        applied = self._streams.stop(batch.stream)
        if batch.stream and batch.stop <= applied:
            return  # sent again by a producer that did not hear the acknowledgement
        if batch.kind == "events":
            self._observe_events(batch, skip, applied, trying, origin)
        else:
            self._observe_told(batch, skip, trying)
        if batch.stream:
            self._streams.apply(batch.stream, batch.stop, self._told_of(batch.source_id))

    def _told_of(self, source_id: str) -> int:
        """The latest time (ms) that the log, or a record of this source, has told of."""
        spoke_at = self.sources.items[source_id].spoke_at if source_id in self.sources.items else NEVER
        return max(spoke_at, watermarks.log_time(self.sources.items.values()))

    def _observe_told(self, batch: Batch, skip: Skip, trying: Trying) -> None:
        """Facts, ticks and commands: a line that says nothing we know is kept as a dead letter, and the log goes on."""
        take = {"reference": self._learn, "tick": self._reach, "command": self._obey}[batch.kind]
        for index, line in enumerate(split_lines(batch.body)):
            if index in skip:
                self._bury(line, f"it could not be taken in: {skip[index]}")
                continue
            if trying:
                trying(index)
            try:
                take(line)
            except (msgspec.DecodeError, Unfit) as error:
                self._bury(line, f"no {_CALLED[batch.kind]} of ours: {error}")
            except Exception as error:
                raise Unjudged(index, error) from error
        self._witness.sources_moved()

    def _learn(self, line: bytes) -> None:
        fact = _facts(line)
        check_fact(fact, self.settings.defaults)
        versions = self._facts.at(f"{fact.table}:{fact.key}").versions
        if fact in versions and self.settings.is_back(fact):
            versions.remove(fact)
        if fact not in versions:
            versions.append(fact)
            self._apply_fact(fact)
            if fact.table in TABLES:
                self._listen()
            self._output.facts.append(line)

    def _recall(self, fact: Fact) -> None:
        """A fact that memory held. One that this release cannot take in is a dead letter, and stays for another."""
        try:
            self._apply_fact(fact)
        except Exception as error:
            self._bury(msgspec.json.encode(fact), f"it was taken in once and cannot be any more: {words_of(error)}")

    def _reach(self, line: bytes) -> None:
        tick = _ticks(line)
        check_tick(tick)
        watermarks.apply_tick(self.sources.at(tick.source_id), tick)

    def _apply_fact(self, fact: Fact) -> None:
        if fact.table in TABLES:
            self.settings.apply(fact)
            if fact.table == "policy":
                self._obey_rules()
            self._witness.settings_changed()
        else:
            self.reference.apply(fact)
        self._witness.reference_changed(*edges(fact))
        if fact.table == "devices":
            self.clocks.restored()
        for docket in self._dockets:
            asked = fact.key in docket.detection.asks if fact.table == UNREAD.name else None
            if asked or fact.table in docket.detection.tables or fact.table == "policy":
                docket.reopen()

    def _obey_rules(self) -> None:
        """The Sigma rules of each version of the policy judge beside the detections that ship, each on its own days."""
        found = {one.key: one for policy in self.settings.policies for one in detections_of(policy)}
        for name, detection in found.items():
            if name not in self._rules:
                self._rules[name] = self._begin(detection)
        self._dockets = [*self._shipped, *(self._rules[name] for name in found)]
        self._witness.dockets_changed(self._dockets)

    def _obey(self, line: bytes) -> None:
        command = _commands(line)
        if command.name == "adopt":
            self._adopt(decode_adoption(command.body))
            return
        letter = _letters(command.body)
        source = self.sources.at(letter.source_id)
        source.dead_letters += letter.part == 1  # one record may fill several
        source.read += letter.part == 1
        self._output.dead_letters.append(bytes(command.body))

    def _adopt(self, adoption: Adoption) -> None:
        """A revision that a replay found, where history knows more than is remembered. Raises `Unfit`."""
        check_adoption(adoption, self.district, self.settings)
        named = adoption.violation.detection
        docket = self._docket_of(adoption)
        if docket is None:
            raise Unfit(f"there is no detection {named[:40]!r}")
        line = docket.adopt(adoption, watermarks.log_time(self.sources.items.values()))
        if line is not None:
            self._output.violations.append(line)

    def _docket_of(self, adoption: Adoption) -> Docket | None:
        """The detection that an adoption is about; of a rule that changed, as the day's version of the pack has it."""
        found, named = adoption.violation, adoption.violation.detection
        every = [one for one in self._dockets if one.detection.name == named]
        at = round(parse_at(found.started_at).timestamp() * 1000)
        known = {one.key for one in detections_of(self.settings.policy_at(at))} if len(every) > 1 else frozenset()
        return next((one for one in every if len(every) == 1 or one.detection.key in known), None)

    def _observe_events(self, batch: Batch, skip: Skip, applied: int, trying: Trying, origin: Origin) -> None:
        source = self.sources.at(batch.source_id)
        self._witness.sources_moved()  # it may be the first time it is heard of
        lines = split_lines(batch.body)
        self._witness.begin(origin, lines, self._streams.begin(batch.stream, source.spoke_at))
        for index, line in enumerate(lines):
            if trying and index not in skip:
                trying(index)
            self._observe_line(index, line, source, applied, skip.get(index))
        watermarks.reach(source, batch.reached_at)
        self._witness.sources_moved()

    def _observe_line(self, index: int, line: bytes, source: Source, applied: int, unfit: str | None) -> None:
        try:
            seen = decode_seen(line)
            seen.at = 0 if seen.occurred_at is None else round(seen.occurred_at.timestamp() * 1000)
            line = self._no_go.hide(seen, line)
        except (msgspec.DecodeError, ValueError, OverflowError) as error:  # the latter: a time that is none
            self._bury(line, f"no event of ours: {error}")
            return
        if seen.offset is not None and seen.offset < applied:
            return
        source.read += not seen.part
        seen.number = index
        if unfit is not None:
            self._witness.give(seen, b"")
            self._bury(line, f"it is stored, not judged; its judgment failed: {unfit}", seen.event_id)
            return
        try:
            self._witness.see(seen, line, source)
        except Exception as error:
            raise Unjudged(index, error) from error

    def _bury(self, line: bytes, reason: str, event_id: str | None = None) -> None:
        self._output.dead_letters.append(buried(self.district, line, reason, event_id))

    # Judgment

    def judge(self) -> None:
        """Judge what changed and what is due, settle what nothing can move any more, forget what is long past."""
        self._witness.release_waiting()
        for line, why, event_id in self._witness.take_unjudged():
            self._bury(line, f"it is stored, not judged anew; its judgment failed: {why}", event_id)
        progress = Progress(self.settings, self.sources, self._witness.flows)
        cards = self._witness.attributor.presence.cards
        cards.thin(min(self._witness.told_until(HOLDS), watermarks.log_time(self.sources.items.values())))
        doubted = cards.take_doubted()
        moved = self.clocks.settle()
        self.sources.changed.update(self._skews.news() & self.sources.items.keys())
        for docket in self._dockets:
            docket.doubt(doubted)
            docket.clocks_moved(moved)
            self._output.violations += docket.judge(progress)
            for source_id, start, end in docket.take_gaps():
                self._note_gap(source_id, start, end)
            for key, why in docket.take_unjudged():
                self._bury(_case(docket.detection.name, key), f"the case could not be judged: {why}")
        self._forget()

    def _note_gap(self, source_id: str, start: int, end: int) -> None:
        """A source is found to have been silent: it is a gap in what every finding of that time rests on."""
        if source_id in self.sources.items and watermarks.note_gap(self.sources.items[source_id], start, end):
            self.sources.changed.add(source_id)

    def _forget(self) -> None:
        """Every hour of the log. Who and where is remembered for as long as any detection may ask."""
        reached = watermarks.watermark(self.sources.items.values())
        if reached == NEVER or reached < self._forgot_at + FORGET_EVERY_MS or not self.settings.known:
            return
        self._forgot_at = reached
        for docket in self._every:
            docket.forget(reached - docket.remembers)
        longest = reached - max((docket.whereabouts for docket in self._dockets), default=0)
        self._witness.attributor.forget(longest)
        self._witness.flows.forget(reached - FLOWS_KEPT_MS)
        self.clocks.forget(reached - KEPT * DAY_MS)
        watermarks.forget_quiet(self.sources, longest)
        self._streams.forget(reached - KEPT_MS, reached)

    def _listen(self) -> None:
        """Note since when each detection has listened: one that is on now and was off, or unknown, begins here."""
        if not self.settings.known:
            return
        known = self._listening.items.get("since") or Listening()
        now = watermarks.log_time(self.sources.items.values())
        on = [docket.detection.name for docket in self._dockets if listens(docket.detection, self.settings)]
        since = {name: known.since.get(name, now) for name in on}
        if since != known.since:
            self._listening.at("since").since = since
        for docket in self._dockets:
            docket.listening_since = since.get(docket.detection.name)


def _case(detection: str, key: str) -> bytes:
    """What a dead letter shows of a case that could not be judged: whose it is and of which school day."""
    day, subject = key.split("|", 1)
    return msgspec.json.encode({"detection": detection, "school_day": day, "subject": subject})

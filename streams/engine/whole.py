"""The whole judgment of a log that has an end, in one process and without servers: judge, replay, tests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from model.batch import Batch
from model.dead_letter import decode_dead_letter
from model.reference import Unread
from model.tables import TABLES
from model.violation import Violation, decode_violation
from streams.engine.engine import Engine
from streams.engine.output import Unjudged
from streams.long_lived import long_lived
from streams.memory.watermarks import Source

TURN_BATCHES = 100  # as the worker, when it has much to read
MOST_SAID = 20


class _Id(msgspec.Struct):
    violation_id: str


_id_of = msgspec.json.Decoder(_Id).decode


@dataclass(slots=True)
class Judgement:
    """Violations as they stand at the end, withdrawn ones left out, in order of their start; and what was read."""

    violations: list[Violation] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    dead_letters: int = 0
    unread: list[Unread] = field(default_factory=list)  # what could not be read of the tables, or is in doubt
    unjudged: list[str] = field(default_factory=list)  # why lines and cases could not be judged, the first of them


def judge_whole(
    log: Callable[[], Iterable[Batch]],
    seen: Callable[[Batch], None] = lambda _: None,
    begin: Callable[[str], Engine] = Engine,
) -> Judgement:
    """Judge `log()` from beginning to end; `seen` hears each batch (progress); `begin` makes a district's engine.

    A line that judgment cannot bear is left out as the worker would leave it out: the log is judged again without it.
    """
    skip: dict[int, dict[int, str]] = {}
    while True:
        try:
            with long_lived():
                return _judge(log(), skip, seen, begin)
        except _Poison as poison:
            skip.setdefault(poison.batch, {})[poison.error.index] = poison.error.why


class _Poison(RuntimeError):
    def __init__(self, batch: int, error: Unjudged) -> None:
        super().__init__(f"batch {batch}, {error}")
        self.batch, self.error = batch, error


def _judge(
    log: Iterable[Batch],
    skip: dict[int, dict[int, str]],
    seen: Callable[[Batch], None],
    begin: Callable[[str], Engine],
) -> Judgement:
    engines: dict[str, Engine] = {}
    last: dict[str, bytes] = {}
    judgement = Judgement()
    for number, batch in enumerate(log):
        engine = engines.get(batch.district) or engines.setdefault(batch.district, begin(batch.district))
        try:
            engine.observe(batch, skip.get(number, {}))
        except Unjudged as error:
            raise _Poison(number, error) from error
        seen(batch)
        if number % TURN_BATCHES == TURN_BATCHES - 1:
            _collect(engine, last, judgement)
    for engine in engines.values():
        _collect(engine, last, judgement)
        judgement.sources.update(engine.sources.items)
        judgement.unread += engine.reference.unread(TABLES)
    found = (decode_violation(line) for line in last.values())
    standing = (violation for violation in found if violation.status != "withdrawn")
    judgement.violations = sorted(standing, key=lambda violation: (violation.started_at, violation.violation_id))
    return judgement


def _collect(engine: Engine, last: dict[str, bytes], judgement: Judgement) -> None:
    engine.judge()
    output = engine.take()
    judgement.dead_letters += len(output.dead_letters)
    for line in output.dead_letters:
        if len(judgement.unjudged) < MOST_SAID and (letter := decode_dead_letter(line)).stage == "judge":
            judgement.unjudged.append(letter.reason)
    for line in output.violations:
        last[_id_of(line).violation_id] = line
    engine.leave_changes()

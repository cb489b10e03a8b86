"""What a district folder must give whatever happens: ids, dead letters and violations of an undisturbed judgement."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from model.batch import Batch, Command
from model.codec import split_lines
from model.dead_letter import DeadLetter
from model.violation import Violation, encode_violation, finding_of
from producers.history import history
from storage.client import Store
from storage.queries.violations import Filter, newest
from streams.engine.whole import judge_whole
from streams.memory.watermarks import Source


class _Id(msgspec.Struct):
    event_id: str


class _Letter(msgspec.Struct):
    dead_letter_id: str


class _Rows(msgspec.Struct):
    rows: int
    ids: int


_id_of = msgspec.json.Decoder(_Id).decode
_command = msgspec.json.Decoder(Command).decode
_letter = msgspec.json.Decoder(DeadLetter).decode
_ID, _LETTER = "SELECT event_id FROM events FINAL", "SELECT dead_letter_id FROM dead_letters FINAL"


@dataclass
class Answer:
    """Of one district: everything once, by id; violations as they stand, each as `evidence_of` it."""

    event_ids: set[str] = field(default_factory=set)
    letter_ids: set[str] = field(default_factory=set)
    violations: dict[str, bytes] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)


def evidence_of(violation: Violation) -> bytes:
    """What must be equal however a violation was found: all of it but how often it was revised."""
    return encode_violation(finding_of(violation))


def standing(violations: list[Violation]) -> dict[str, bytes]:
    """By id, withdrawn ones left out."""
    return {one.violation_id: evidence_of(one) for one in violations if one.status != "withdrawn"}


def due(folder: Path) -> Answer:
    """What `judge` reads and finds in the folder, without any server."""
    return answer_to(lambda: history(folder))


def answer_to(read: Callable[[], Iterable[Batch]]) -> Answer:
    """What these batches hold and what is found in them, without any server; `read` may be called twice."""
    answer = Answer()

    def seen(batch: Batch) -> None:
        lines = split_lines(batch.body)
        if batch.kind == "events":
            answer.event_ids.update(_id_of(line).event_id for line in lines)
        elif batch.kind == "command":
            answer.letter_ids.update(_letter(_command(line).body).dead_letter_id for line in lines)

    judgement = judge_whole(read, seen)
    answer.violations, answer.sources = standing(judgement.violations), judgement.sources
    return answer


def stored_answer(store: Store) -> Answer:
    """The same as ClickHouse holds it."""
    return Answer(
        {row.event_id for row in store.rows(_ID, _Id)},
        {row.dead_letter_id for row in store.rows(_LETTER, _Letter)},
        standing(newest(store, None, Filter(), limit=10_000)),
    )


def repeated(store: Store) -> int:
    """How many events are there more than once when ClickHouse is asked as every query of ours asks it."""
    asked = "SELECT count() AS rows, uniqExact(event_id) AS ids FROM events FINAL"
    found = store.rows(asked, _Rows)[0]
    return found.rows - found.ids


def differences(found: dict[str, bytes], expected: dict[str, bytes]) -> list[str]:
    """In words, for a failing test: which violations are missing, invented, or proven otherwise."""
    missing = [f"missing {_said(expected[key])}" for key in sorted(expected.keys() - found.keys())]
    invented = [f"invented {_said(found[key])}" for key in sorted(found.keys() - expected.keys())]
    others = [key for key in sorted(found.keys() & expected.keys()) if found[key] != expected[key]]
    return missing + invented + [line for key in others for line in _unlike(found[key], expected[key])]


def _said(line: bytes) -> str:
    violation = msgspec.json.decode(line)
    return f"{violation['detection']} {violation['violation_id'][:8]}: {violation['headline']}"


def _unlike(found: bytes, expected: bytes) -> list[str]:
    ours, theirs = _flat(msgspec.json.decode(found)), _flat(msgspec.json.decode(expected))
    fields = [name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)]
    return [
        f"{_said(expected)}: {name} is {str(ours.get(name))[:300]}, not {str(theirs.get(name))[:300]}"
        for name in sorted(fields)
    ]


def _flat(violation: dict[str, object]) -> dict[str, object]:
    evidence = violation.pop("evidence")
    assert isinstance(evidence, dict)
    return violation | {f"evidence.{name}": value for name, value in evidence.items()}

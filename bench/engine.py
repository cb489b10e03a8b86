"""Trial: the engine alone against the plain loop, both with three detections and both with all.

What all detections cost must not outgrow what their bare logic costs. All four go by turns, so that whatever else the
machine does slows them alike.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import msgspec

from bench.district import District
from bench.figure import Figure, NotFound
from bench.plain_loop import ALL, THREE, Logic, assert_found, judged, written
from model.batch import Batch, Fact
from model.codec import join_lines, split_lines
from streams.detections.catalog import DETECTIONS
from streams.engine.engine import Engine
from streams.engine.whole import judge_whole

_facts = msgspec.json.Decoder(Fact).decode


def measure(district: District, rounds: int = 3) -> list[Figure]:
    """Engine / plain loop by CPU, medians of the rounds; with all detections held against that with three."""
    path, facts = written(district), district.facts()
    logs = {"three": [_without_rules(batch) for batch in district.batches], "all": district.batches}
    spent: dict[str, list[float]] = {"three": [], "all": [], "loop of three": [], "loop of all": []}
    for _ in range(rounds):
        for name, logic in (("three", THREE), ("all", ALL)):
            spent[name].append(_timed(partial(_judge, district, logs[name], logic)))
            spent[f"loop of {name}"].append(_timed(partial(_loop, district, path, facts, logic)))
    each = {name: median(seconds) / district.count * 1e6 for name, seconds in spent.items()}
    three, every = each["loop of three"] / each["three"], each["loop of all"] / each["all"]
    return [
        Figure("engine", "engine / plain loop, three detections", three, "×", note=_note(each, "three")),
        Figure("engine", "engine / plain loop, all detections", every, "×", least=three, note=_note(each, "all")),
    ]


def _note(each: dict[str, float], name: str) -> str:
    return f"engine {each[name]:.1f} µs, loop {each[f'loop of {name}']:.1f} µs an event"


def _timed(run: Callable[[], None]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def _loop(district: District, path: Path, facts: list[bytes], logic: Logic) -> None:
    count, found = judged(path, facts, logic)
    if count != district.count:
        raise NotFound(f"plain loop read {count} of {district.count} events")
    assert_found(district, found, "plain loop", logic)


def _judge(district: District, log: list[Batch], logic: Logic) -> None:
    detections = [one for one in DETECTIONS if logic.finds is None or one.name in logic.finds]
    judgement = judge_whole(lambda: log, begin=lambda name: Engine(name, detections))
    district.check(judgement.violations, "the engine", logic.finds)


def _without_rules(batch: Batch) -> Batch:
    """Without the district's rules of Sigma, which are none of the three detections."""
    if batch.kind != "reference":
        return batch
    return msgspec.structs.replace(batch, body=join_lines([_without_sigma(line) for line in split_lines(batch.body)]))


def _without_sigma(line: bytes) -> bytes:
    fact = _facts(line)
    if fact.table != "policy" or not fact.row:
        return line
    pack = msgspec.json.decode(fact.row["pack"]) | {"sigma": {}}
    return msgspec.json.encode(
        msgspec.structs.replace(fact, row={**fact.row, "pack": msgspec.json.encode(pack).decode()})
    )

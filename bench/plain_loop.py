"""Trial: a plain loop over a file: decode the bytes, judge by the bare logic, publish nothing, keep nothing."""

import time
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from bench.bare import JUDGED, Bare, Known
from bench.bare_all import BareAll, KnownAll
from bench.district import District
from bench.figure import Figure, NotFound


class Event(msgspec.Struct, gc=False):
    """The few fields that the bare logic reads."""

    event_id: str
    action: str
    occurred_at: datetime | None = None
    account: str | None = None
    device: str | None = None
    mac: str | None = None
    address: str | None = None
    domain: str | None = None
    outcome: str = "unknown"
    verdict: str | None = None
    url_category: str | None = None
    logon_type: str | None = None
    reporter: str | None = None


class WholeEvent(Event, gc=False):
    """The fields that the bare logic of all detections reads."""

    source_id: str = ""
    target_account: str | None = None
    app: str | None = None
    bytes_in: int | None = None
    bytes_out: int | None = None


class Logic(NamedTuple):
    """Bare logic: what it decodes, knows and does; of which detections all that is planted is found (None: of all)."""

    event: type[Event]
    known: Callable[[Iterable[bytes]], Any]
    bare: Callable[..., Bare]
    finds: Collection[str] | None


THREE = Logic(Event, Known, Bare, JUDGED)
ALL = Logic(WholeEvent, KnownAll, BareAll, None)


def judged(path: Path, facts: list[bytes], logic: Logic = THREE) -> tuple[int, set[tuple[str, str]]]:
    """How many lines there were, and what was found."""
    tables: dict[str, dict[str, object]] = {}
    judge = logic.bare(logic.known(facts), lambda name: tables.setdefault(name, {}))
    decode = msgspec.json.Decoder(logic.event).decode
    count = 0
    with path.open("rb") as lines:
        for line in lines:
            event = decode(line)
            count += 1
            if event.occurred_at is not None:
                judge.take(event, event.occurred_at.timestamp())
    return count, judge.found


def assert_found(district: District, found: set[tuple[str, str]], who: str, logic: Logic = THREE) -> int:
    """The bare logic knows no excuses, so it may find more; raises `NotFound` if it finds less than was planted."""
    planted = [e for e in district.expected if logic.finds is None or e.detection in logic.finds]
    missed = [e.describe() for e in planted if not found & _subjects(e.detection, e.account, e.device_id, e.vendor)]
    if missed:
        raise NotFound(f"{who} missed {missed}")
    return len(planted)


def _subjects(detection: str, *names: str | None) -> set[tuple[str, str]]:
    return {(detection, name) for name in names if name}


def written(district: District) -> Path:
    """The file over which the loop goes."""
    path = district.folder / "events.ndjson"
    with path.open("wb") as out:
        out.writelines(line + b"\n" for line in district.lines())
    return path


def measure(district: District, rounds: int = 3) -> tuple[list[Figure], float]:
    """Figures, and events per CPU second: the median of the rounds."""
    path = written(district)
    facts, seconds = district.facts(), []
    for _ in range(rounds):
        began = time.process_time()
        count, found = judged(path, facts)
        seconds.append(time.process_time() - began)
        if count != district.count:
            raise NotFound(f"plain loop read {count} of {district.count} events")
    planted = assert_found(district, found, "plain loop")
    rate = district.count / sorted(seconds)[rounds // 2]
    size = path.stat().st_size / district.count
    note = f"{district.count:,} events of {size:.0f} bytes; all {planted} planted found, {len(found)} said"
    return [Figure("loop", "plain msgspec loop, bare logic", rate, "events/CPU-s", note=note)], rate

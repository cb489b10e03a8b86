"""Trial: a plain loop over a file: decode the bytes, judge by the bare logic, publish nothing, keep nothing."""

import time
from datetime import datetime
from pathlib import Path

import msgspec

from bench.bare import JUDGED, Bare, Known
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


def judged(path: Path, facts: list[bytes]) -> tuple[int, set[tuple[str, str]]]:
    """How many lines there were, and what was found."""
    tables: dict[str, dict[str, object]] = {}
    judge = Bare(Known(facts), lambda name: tables.setdefault(name, {}))
    decode = msgspec.json.Decoder(Event).decode
    count = 0
    with path.open("rb") as lines:
        for line in lines:
            event = decode(line)
            count += 1
            if event.occurred_at is not None:
                judge.take(event, event.occurred_at.timestamp())
    return count, judge.found


def assert_found(district: District, found: set[tuple[str, str]], who: str) -> int:
    """The bare logic knows no excuses, so it may find more; raises `NotFound` if it finds less than was planted."""
    planted = [e for e in district.expected if e.detection in JUDGED]
    missed = [e.describe() for e in planted if not found & _subjects(e.detection, e.account, e.device_id)]
    if missed:
        raise NotFound(f"{who} missed {missed}")
    return len(planted)


def _subjects(detection: str, *names: str | None) -> set[tuple[str, str]]:
    return {(detection, name) for name in names if name}


def measure(district: District, rounds: int = 3) -> tuple[list[Figure], float]:
    """Figures, and events per CPU second: the median of the rounds."""
    path = district.folder / "events.ndjson"
    with path.open("wb") as out:
        out.writelines(line + b"\n" for line in district.lines())
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

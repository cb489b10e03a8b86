"""Trial: whether an event costs the same however many accounts and devices a district has, and what those weigh.

Each size is judged in a process of its own, without servers: `python -m bench.size ACCOUNTS` prints what it took. Of
as many accounts as devices, some 10,000 are in use; their events are the same in every size.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bench.figure import Figure, NotFound
from model.batch import Batch, Fact
from model.codec import join_lines
from model.event import Event, encode_event, format_ms
from model.policy import base_policy
from producers.history import fact_batches
from streams.engine.engine import Engine

SIZES = (10_000, 100_000, 1_000_000)
ACTIVE = 10_000  # people of whom there are events
EACH = 12  # sign-ins and web requests of each of them
START = 1_772_632_800_000  # 8 a.m. of a school day in Chicago, ms
ZONE = ZoneInfo("America/Chicago")
DISTRICT = "large"
T = TypeVar("T")


def measure() -> list[Figure]:
    """CPU of an event at each size, held against the smallest, and the memory of an account, a device and a person."""
    took = {size: _apart(size) for size in SIZES}
    least, most = (took[size] for size in (SIZES[0], SIZES[-1]))
    costs = ", ".join(f"{took[size]['event']:,.0f} µs with {size:,}" for size in SIZES)
    ratio = most["event"] / least["event"]
    return [
        Figure("size", f"an event, {SIZES[-1]:,} accounts / {SIZES[0]:,}", ratio, "×", most=1.2, note=costs),
        *(Figure("size", f"memory of {name}", most[key], "bytes") for key, name in _NAMES.items()),
    ]


_NAMES = {"account": "an account and its person", "device": "a device", "active": "a person's day at a device, beside"}


def _apart(size: int) -> dict[str, float]:
    told = subprocess.run([sys.executable, "-m", "bench.size", str(size)], check=True, capture_output=True, text=True)
    return dict(json.loads(told.stdout))


def judged(size: int) -> dict[str, float]:
    """Microseconds of CPU for an event; bytes held for each account, each device, and each person in use."""
    engine = Engine(DISTRICT)
    _observe(engine, fact_batches(DISTRICT, _settings()))
    held = [_resident()]
    for number, rows in enumerate((_accounts(size), _devices(size))):
        _observe(engine, fact_batches(DISTRICT, rows))
        asking = _event(-number - 1, 0, 0, "dc")  # the tables are made ready when they are first asked
        _observe(engine, [_batch("dc", [asking])])
        held.append(_resident())
    batches = list(_events(size))
    before = _resident()
    began = time.process_time()
    _observe(engine, batches)
    spent = time.process_time() - began
    empty, accounts, devices = held
    return {
        "event": spent / (ACTIVE * EACH) * 1e6,
        "account": (accounts - empty) / size,
        "device": (devices - accounts) / size,
        "active": (_resident() - before) / ACTIVE,
    }


def _observe(engine: Engine, batches: Iterable[Batch]) -> None:
    for turn in _cut(batches, 100):
        for batch in turn:
            engine.observe(batch)
        engine.judge()
        if engine.take().dead_letters:
            raise NotFound("something of it was not taken in")
        engine.leave_changes()


def _cut(items: Iterable[T], count: int) -> Iterator[list[T]]:
    """`count` at a time."""
    every = iter(items)
    while some := list(islice(every, count)):
        yield some


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _settings() -> Iterator[Fact]:
    pack = base_policy()
    yield Fact(table="district", key=DISTRICT, row={"id": DISTRICT, "timezone": str(ZONE)})
    yield Fact(table="policy", key="base", row={"pack": pack.model_dump_json()})
    for source, category in (("dc", "auth"), ("proxy", "proxy")):
        row = {"product": "squid", "categories": category, "lateness_s": "300", "tells": ""}
        yield Fact(table="source", key=source, row=row)


def _accounts(size: int) -> Iterator[Fact]:
    for number in range(size):
        name = {"username": f"user{number}", "givenName": "Given", "familyName": f"Family{number}"}
        row = {"sourcedId": f"p{number}", "status": "active", "enabledUser": "true", **name}
        yield Fact(table="users", key=f"p{number}", row=row)


def _devices(size: int) -> Iterator[Fact]:
    for number in range(size):
        row = {"device_id": f"LT-{number}", "hostname": f"lt-{number}", "class": "staff", "org": "north"}
        yield Fact(table="devices", key=f"LT-{number}", row=row)


def _events(size: int) -> Iterator[Batch]:
    """Everybody in use signs in at a computer of their own and browses, in the order of a morning."""
    every = size // ACTIVE
    for turn in range(EACH):
        for people in _cut(range(ACTIVE), 500):
            source = "proxy" if turn else "dc"
            yield _batch(source, [_event(turn, number, number * every, source) for number in people])


def _batch(source: str, events: list[Event]) -> Batch:
    body = join_lines([encode_event(one) for one in events])
    return Batch(kind="events", district=DISTRICT, source_id=source, body=body, count=len(events))


def _event(turn: int, number: int, person: int, source: str) -> Event:
    at = START + turn * 300_000 + number * 20
    said: dict[str, Any] = {
        "event_id": f"e{turn}-{number}",
        "source_id": source,
        "occurred_at": format_ms(at),
        "product": "squid",
    }
    said |= {"account": f"user{person}", "account_basis": "authenticated"}
    if source == "proxy":
        return Event(
            category="proxy",
            action="web.requested",
            domain=f"site{number % 997}.example",
            verdict="allowed",
            **said,
        )
    return Event(
        category="auth",
        action="account.logged_on",
        outcome="success",
        logon_type="interactive",
        device=f"lt-{person}",
        reporter=f"lt-{person}",
        **said,
    )


if __name__ == "__main__":
    print(json.dumps(judged(int(sys.argv[1]))))

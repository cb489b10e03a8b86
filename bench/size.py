"""Trial: whether an event costs the same however many accounts and devices a district has, and what those weigh.

Of as many accounts as devices, some 10,000 are in use; their events are the same at every size. All sizes judge in one
process and by turns, so that whatever else the machine does slows them alike.
"""

import os
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
from streams.long_lived import long_lived

SIZES = (10_000, 100_000, 1_000_000)
ACTIVE = 10_000  # people of whom there are events
EACH = 12  # sign-ins and web requests of each of them
START = 1_772_632_800_000  # 8 a.m. of a school day in Chicago, ms
ZONE = ZoneInfo("America/Chicago")
DISTRICT = "large"
T = TypeVar("T")


class Sized:
    """The judge of a district with so many accounts and devices; the bytes that each of them takes."""

    def __init__(self, size: int) -> None:
        self.size, self.spent = size, 0.0  # CPU seconds for events
        self.ready = 0.0  # CPU seconds for the rows of its tables
        self._engine = Engine(DISTRICT)
        _observe(self._engine, fact_batches(DISTRICT, _settings()))
        self.account = self._weight(_accounts(size), turn=-2)
        self.device = self._weight(_devices(size), turn=-1)

    def _weight(self, rows: Iterable[Fact], turn: int) -> float:
        """What rows take once they are made ready, which they are when a sign-in and a request first ask for them."""
        before, began = _resident(), time.process_time()
        _observe(self._engine, fact_batches(DISTRICT, rows))
        _observe(self._engine, [_batch(source, [_event(turn, 0, 0, source)]) for source in ("dc", "proxy")])
        self.ready += time.process_time() - began
        return (_resident() - before) / self.size

    def judge(self, batches: Iterable[Batch]) -> None:
        """Judge some events."""
        began = time.process_time()
        _observe(self._engine, batches)
        self.spent += time.process_time() - began


def measure() -> list[Figure]:
    """CPU of an event at each size, held against the smallest, and what an account, a device and a person take.

    Garbage is looked for as the worker does.
    """
    with long_lived():
        return _measured()


def _measured() -> list[Figure]:
    judges = [Sized(size) for size in SIZES]
    before = _resident()
    for batches in zip(*(_cut(_events(one.size), 10) for one in judges), strict=True):
        for judge, some in zip(judges, batches, strict=True):
            judge.judge(some)
    active = (_resident() - before) / ACTIVE / len(judges)
    costs = ", ".join(f"{one.spent / (ACTIVE * EACH) * 1e6:,.0f} µs with {one.size:,}" for one in judges)
    rows = ", ".join(f"{one.ready / one.size / 2 * 1e6:,.0f} µs with {one.size:,}" for one in judges)
    small, large = judges[0], judges[-1]
    return [
        Figure(
            "size",
            f"an event, {large.size:,} accounts / {small.size:,}",
            large.spent / small.spent,
            "×",
            most=1.2,
            note=costs,
        ),
        Figure(
            "size",
            "a row of users.csv or devices.csv, taken in and made ready",
            large.ready / large.size / 2 * 1e6,
            "µs",
            note=rows,
        ),
        Figure("size", "memory of an account and its person", large.account, "bytes"),
        Figure("size", "memory of a device", large.device, "bytes"),
        Figure("size", "memory of a person's morning at a device, beside", active, "bytes"),
    ]


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
        "event_id": f"{source}{turn}-{number}",
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

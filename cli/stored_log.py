"""The log as ClickHouse remembers it: settings and facts first, events in order of time, the end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from model.batch import Batch, Fact, Kind, Tick
from model.codec import join_lines
from model.event import Event, encode_event, parse_at
from storage.client import Store
from storage.queries.history import history, reference

BEFORE, BEHIND = timedelta(days=31), timedelta(days=1)  # what habits and sessions reach across
LINES = 1_000
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Asked:
    """What a replay was asked: whose, from when to when, by which knowledge and pack, with which facts besides.

    Times without a zone are UTC. `whole`: read all that is stored, however little of it was asked for.
    """

    district: str
    since: datetime | None = None
    until: datetime | None = None
    known_at: datetime | None = None
    pack: str | None = None
    besides: tuple[Fact, ...] = ()
    whole: bool = False

    def holds(self, started_at: str) -> bool:
        """Whether a violation that began then was asked for."""
        at = parse_at(started_at)
        return (self.since is None or at >= _aware(self.since)) and (self.until is None or at < _aware(self.until))


def stored_log(store: Store, asked: Asked) -> Iterator[Batch]:
    """Batches to judge, from what is stored. Raises `Unavailable`."""
    yield from _batches(asked.district, "reference", "", map(_encode, _facts(store, asked)))
    since = _aware(asked.since) - BEFORE if asked.since and not asked.whole else None
    until = _aware(asked.until) + BEHIND if asked.until and not asked.whole else None
    heard: set[str] = set()
    run: list[Event] = []
    for event in history(store, asked.district, since, until):
        if run and (event.source_id != run[0].source_id or len(run) == LINES):
            yield _event_batch(asked.district, run)
            run = []
        heard.add(event.source_id)
        run.append(event)
    if run:
        yield _event_batch(asked.district, run)
    ends = [_encode(Tick(source_id=name, ended=True)) for name in sorted(heard)]
    yield from _batches(asked.district, "tick", "", ends)


def _event_batch(district: str, run: list[Event]) -> Batch:
    lines = [encode_event(event) for event in run]
    reached = max((event.occurred_at for event in run if event.occurred_at), default=None)
    at = None if reached is None else round(parse_at(reached).timestamp() * 1000)
    body = join_lines(lines)
    return Batch(
        kind="events", district=district, source_id=run[0].source_id, body=body, count=len(lines), reached_at=at
    )


def _facts(store: Store, asked: Asked) -> Iterator[Fact]:
    known_at = round(_aware(asked.known_at).timestamp() * 1000) if asked.known_at else None
    for fact in reference(store, asked.district):
        if fact.table == "policy" and asked.pack and fact.row:
            fact = msgspec.structs.replace(fact, row={**fact.row, "pack": asked.pack})
        if known_at is None or fact.recorded_at is None or fact.recorded_at <= known_at:
            yield fact
    yield from asked.besides


def _batches(district: str, kind: Kind, source_id: str, lines: Iterable[bytes]) -> Iterator[Batch]:
    held: list[bytes] = []
    for line in lines:
        held.append(line)
        if len(held) == LINES:
            yield Batch(kind=kind, district=district, source_id=source_id, body=join_lines(held), count=len(held))
            held = []
    if held:
        yield Batch(kind=kind, district=district, source_id=source_id, body=join_lines(held), count=len(held))


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)

"""The log as ClickHouse remembers it: settings and facts first, events in order of time, the end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice

import msgspec

from model.batch import Batch, Fact, Kind, Tick
from model.codec import join_lines
from model.event import Event, encode_event, parse_at
from model.policy import Policy, read_stored
from model.policy.pack import base_policy
from model.policy.sigma import BASE_CLAUSE
from storage.client import Store
from storage.queries.facts import Tell, warned
from storage.queries.history import history, reference

BEFORE, BEHIND = timedelta(days=31), timedelta(days=1)  # what habits and sessions reach across
LINES = 1_000
TICK_MS = 300_000  # as producers tell how far a folder has been read
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Asked:
    """What a replay was asked: whose, from when to when, by which knowledge and pack, with which facts besides.

    Times without a zone are UTC. `own_rules`: judge by the Sigma rules that the district wrote, too. `whole`: read all
    that is stored, however little of it was asked for.
    """

    district: str
    since: datetime | None = None
    until: datetime | None = None
    known_at: datetime | None = None
    pack: str | None = None
    own_rules: bool = False
    besides: tuple[Fact, ...] = ()
    whole: bool = False

    def holds(self, started_at: str) -> bool:
        """Whether a violation that began then was asked for."""
        at = parse_at(started_at)
        return (self.since is None or at >= _aware(self.since)) and (self.until is None or at < _aware(self.until))


def stored_log(store: Store, asked: Asked, tell: Tell = warned) -> Iterator[Batch]:
    """Batches to judge, from what is stored; `tell` is told of each fact that cannot be read. Raises `Unavailable`."""
    sources: dict[str, int] = {}  # of each, how late (ms) its records may come
    yield from _batches(asked.district, "reference", "", map(_encode, _naming(sources, _facts(store, asked, tell))))
    since = _aware(asked.since) - BEFORE if asked.since and not asked.whole else None
    until = _aware(asked.until) + BEHIND if asked.until and not asked.whole else None
    ticked = 0
    for run in _runs(history(store, asked.district, since, until)):
        late = sources.setdefault(run[0].source_id, 0)
        at = _at(run[0])
        if at is not None and at - ticked > TICK_MS:  # so far the merge has come in every source, heard already or not
            ticked = at
            ticks = [Tick(source_id=name, reached_at=at - lateness) for name, lateness in sorted(sources.items())]
            yield from _ticks(asked.district, ticks)
        yield _event_batch(asked.district, run, late)
    yield from _ticks(asked.district, [Tick(source_id=name, ended=True) for name in sorted(sources)])


def _runs(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Events that follow each other in one source, at most `LINES` together."""
    for _, of_one in groupby(events, lambda event: event.source_id):
        while run := list(islice(of_one, LINES)):
            yield run


def _naming(sources: dict[str, int], facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts as they come; `sources` gains the district's, each with its lateness (ms)."""
    for fact in facts:
        if fact.table == "source" and fact.row is not None:
            sources[fact.key] = int(float(fact.row.get("lateness_s", "0")) * 1000)
        elif fact.table == "source":
            sources.pop(fact.key, None)
        yield fact


def _ticks(district: str, ticks: list[Tick]) -> Iterator[Batch]:
    return _batches(district, "tick", "", map(_encode, ticks))


def _event_batch(district: str, run: list[Event], late: int) -> Batch:
    """The events as one batch. Their source has been read so far, less what may still come late (ms)."""
    lines = [encode_event(event) for event in run]
    latest = max(filter(None, map(_at, run)), default=None)
    at = None if latest is None else latest - late
    body = join_lines(lines)
    return Batch(
        kind="events", district=district, source_id=run[0].source_id, body=body, count=len(lines), reached_at=at
    )


def _at(event: Event) -> int | None:
    return round(parse_at(event.occurred_at).timestamp() * 1000) if event.occurred_at else None


def _facts(store: Store, asked: Asked, tell: Tell) -> Iterator[Fact]:
    known_at = round(_aware(asked.known_at).timestamp() * 1000) if asked.known_at else None
    for fact in reference(store, asked.district, tell):
        if fact.table == "policy" and asked.pack and fact.row:
            pack = with_rules(asked.pack, fact.row["pack"]) if asked.own_rules else asked.pack
            fact = msgspec.structs.replace(fact, row={**fact.row, "pack": pack})
        if known_at is None or fact.recorded_at is None or fact.recorded_at <= known_at:
            yield fact
    yield from asked.besides


def with_rules(pack: str, stored: str) -> str:
    """A pack (JSON) with a stored one's Sigma rules; for clauses that it does not quote they have `BASE_CLAUSE`."""
    policy = Policy.model_validate_json(pack)
    rules = {}
    for name, rule in read_stored(stored, base_policy()).sigma.items():
        quoted = tuple(clause for clause in rule.clauses if clause in policy.clauses)
        rules[name] = rule.model_copy(update={"clauses": quoted or (BASE_CLAUSE,)})
    both = policy.model_copy(update={"sigma": {**rules, **policy.sigma}})
    return both.model_copy(update={"hash": both.digest()}).model_dump_json()


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

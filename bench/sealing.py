"""Trial: what the ledger costs the sink: marks checked, leaves made, noted and sealed, beside the same without."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from threading import Event as Flag

from bench import sink
from bench.figure import Figure
from bench.processes import cpu_of
from bench.worker import Place
from model import topics
from model.batch import Batch
from model.clock import now, now_ms
from model.codec import encode_batch
from model.keyring import Checker, Ring
from model.mark import Marker
from storage.block import Block
from storage.client import Store
from storage.gate import Gate
from storage.ledger.ledger import Ledger
from storage.migrate import migrate
from storage.rows import Foreign
from storage.writer import Writer

EVENTS = 50_000
ROUNDS = 5
_PRAGMAS = ("page_count", "freelist_count", "page_size")


def measure(place: Place) -> list[Figure]:
    """CPU seconds of sink and ClickHouse together, in turns; bytes of the book after sealing."""
    settings = place.stack.settings(clickhouse_url=place.stack.clickhouse_url + "/bench")
    store = Store(settings.clickhouse_url, settings.clickhouse_user, settings.clickhouse_password)
    migrate(store)
    server, ledger = place.stack.pid("clickhouse"), Ledger(place.home)
    before = _used(ledger)
    bare, whole, gates = [], [], []
    for turn in range(ROUNDS + 1):  # the first warms up
        found = _records(place.home, turn)
        bare.append(_spent(server, store, found))
        gates.append(_gated(ledger, found))
        whole.append(_spent(server, store, found, ledger))
    ledger.seal(["bench"], now())
    size = (_used(ledger) - before) / (EVENTS * (ROUNDS + 1))
    ledger.close()
    store.close()
    shares = [(with_it - without) / with_it for with_it, without in zip(whole[1:], bare[1:], strict=True)]
    micro = median(whole[1:]) / EVENTS * 1e6
    note = f"{EVENTS:,} rows, {ROUNDS} rounds in turns, CPU of sink and ClickHouse; {micro:.1f} µs a row with it"
    return [
        Figure("ledger", "share of the sink's CPU that the ledger takes", median(shares), "×", most=0.1, note=note),
        Figure("ledger", "of it: marks and serials checked", median(gates[1:]) / EVENTS * 1e6, "CPU-µs/event"),
        Figure("ledger", "book at rest, sealed, nothing purged", size, "bytes/event", most=2.0),
    ]


def _used(ledger: Ledger) -> int:
    """Bytes of the book without its free pages, which the next hour's leaves take."""
    with closing(sqlite3.connect(ledger.book.path)) as db:
        pages, free, size = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in _PRAGMAS)
    return int((pages - free) * size)


def _records(home: Path, turn: int) -> list[Foreign]:
    """Events as the worker sends them, marked."""
    key, marker, found = Ring(home).key(topics.EVENTS.name), Marker(), []
    for n, (body, count) in enumerate(sink.bodies(EVENTS, sink.START_MS + turn * 86_400_000)):
        owner, value, headers = encode_batch(
            Batch(kind="events", district="bench", source_id="", body=body, count=count)
        )
        said = marker.marked(key, topics.EVENTS.name, 0, owner, headers, value)
        found.append(Foreign(topics.EVENTS.name, 0, turn * 1_000 + n, now_ms(), owner, value, said))
    return found


def _gated(ledger: Ledger, records: list[Foreign]) -> float:
    began = time.process_time()
    kept = Gate(ledger.book, Checker(Ring(ledger.book.path.parents[1]))).part(records, now_ms())
    if kept.strangers:
        raise AssertionError(kept.strangers[0][1])
    return time.process_time() - began


def _spent(server: int, store: Store, records: list[Foreign], ledger: Ledger | None = None) -> float:
    store.command("TRUNCATE TABLE events")
    writer = Writer(store, Flag(), ledger.noter if ledger else None)
    began, servers = time.process_time(), cpu_of(server)
    if ledger:
        Gate(ledger.book, Checker(Ring(ledger.book.path.parents[1]))).part(records, now_ms())
    block = Block()
    block.add(records)
    writer.write(block)
    return time.process_time() - began + cpu_of(server) - servers

"""Trial: the sink against ClickHouse's own insert of the same bytes as JSONEachRow."""

import os
from statistics import median

from bench import sink
from bench.figure import Figure, NotFound
from bench.processes import cpu_of
from bench.worker import Place
from model import topics
from producers.broker import create_topics, producer
from storage.client import Store
from storage.migrate import migrate

EVENTS = 100_000
BLOCK = 50_000
ROUNDS = 3


def measure(place: Place) -> list[Figure]:
    """Rows a second of both, and their ratio, in turns."""
    found = sink.bodies(EVENTS)
    create_topics(place.settings, topics.ALL)
    url = place.stack.clickhouse_url + "/bench"
    settings = place.stack.settings(clickhouse_url=url, hallmonitor_home=place.home)
    env = {**settings.environment(), "HALLMONITOR_HOME": str(place.home)}
    store = Store(settings.clickhouse_url, settings.clickhouse_user, settings.clickhouse_password)
    client = producer(settings)
    migrate(store)
    server = place.stack.pid("clickhouse")
    sink.own_insert(store, found, BLOCK)
    own, ours, cpu = [], [], []
    for _ in range(ROUNDS):
        own.append(sink.own_insert(store, found, BLOCK))
        before = cpu_of(server)
        rate, spent = sink.through_sink(store, client, found, env)
        ours.append(rate)
        cpu.append((spent + cpu_of(server) - before) / EVENTS * 1e6)
        if (stored := sink.stored(store)) != EVENTS:
            raise NotFound(f"{stored} of {EVENTS} rows stored")
    client.close()
    store.close()
    ratios = [one / other for one, other in zip(ours, own, strict=True)]
    size = sum(len(body) for body, _ in found) / EVENTS
    note = f"{EVENTS:,} rows of {size:.0f} bytes, {ROUNDS} rounds in turns; on {os.cpu_count()} cores"
    return [
        Figure("sink", "ClickHouse's own insert, JSONEachRow", median(own), "rows/s", note=note),
        Figure("sink", "our sink", median(ours), "rows/s", note=f"{median(cpu):.1f} CPU-µs a row, server included"),
        Figure("sink", "our sink / own insert", median(ratios), "×", least=0.8),
    ]

"""The sink against ClickHouse's own insert of the same bytes, and its latency; `python -m bench.sink --help`."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
from kafka.admin import KafkaAdminClient, NewTopic

from infra.local.stack import Stack
from model import topics
from model.batch import Batch
from model.codec import encode_batch, join_lines
from model.event import Attribution, Event, encode_event, event_id, format_ms
from model.kafka_client import client
from producers.broker import MarkedProducer
from producers.broker import producer as marked_producer
from storage.client import Store
from storage.migrate import migrate

START_MS = 1_772_600_000_000
PER_RECORD = 500


def event_lines(count: int, start_ms: int = START_MS, seed: int = 1) -> Iterator[bytes]:
    """Attributed proxy events of an invented district, about 900 bytes each with raw."""
    random = Random(seed)
    for n in range(count):
        who, host, path = random.randrange(20_000), random.randrange(5_000), random.getrandbits(40)
        at = format_ms(start_ms + n)
        address = f"10.{who >> 12}.{who >> 4 & 255}.{who % 200}"
        url = f"https://site{host}.example/{path:x}"
        raw = f'{at} {address} TCP_TUNNEL/200 {path % 90_000} CONNECT {url} user{who} "Mozilla/5.0 ({path % 40})"'
        proof = Attribution(field="person", value=f"p{who}", confidence="high", because="the record names the account")
        yield encode_event(
            Event(
                event_id=event_id("proxy1", f"f:{seed}", n, raw.encode()), source_id="proxy1", product="squid",
                category="proxy", action="web.requested", occurred_at=at, received_at=at, outcome="success",
                account=f"user{who}", person=f"p{who}", device_id=f"d{who}", address=address, site="hs", url=url,
                domain=f"site{host}.example", verdict="allowed", bytes_in=path % 90_000, bytes_out=path % 900,
                user_agent=f"Mozilla/5.0 ({path % 40})", vendor_action="TCP_TUNNEL", vendor_code="200", raw=raw,
                origin="f", offset=n * 120, reporter="proxy1", attribution=[proof],
            )
        )  # fmt: skip


def bodies(count: int, start_ms: int = START_MS) -> list[tuple[bytes, int]]:
    """NDJSON bodies of `PER_RECORD` events and how many each holds."""
    lines = list(event_lines(count, start_ms))
    parts = [lines[n : n + PER_RECORD] for n in range(0, count, PER_RECORD)]
    return [(join_lines(part), len(part)) for part in parts]


def send(producer: MarkedProducer, body: bytes, count: int) -> None:
    key, value, headers = encode_batch(Batch(kind="events", district="bench", source_id="", body=body, count=count))
    producer.send(topics.EVENTS.name, key=key, value=value, headers=headers, partition=0)


def own_insert(store: Store, found: list[tuple[bytes, int]], rows_per_insert: int) -> float:
    """Rows a second of ClickHouse's own insert of the same bytes as JSONEachRow, in blocks of the same size."""
    step = rows_per_insert // PER_RECORD
    blocks = [b"".join(body for body, _ in found[n : n + step]) for n in range(0, len(found), step)]
    store.command("TRUNCATE TABLE events")
    began = time.perf_counter()
    for block in blocks:
        store.insert_lines("events", list(Event.__struct_fields__), block)
    return sum(count for _, count in found) / (time.perf_counter() - began)


class _Count(msgspec.Struct):
    n: int
    late_p50: float = 0.0
    late_p99: float = 0.0
    late_max: float = 0.0


def stored(store: Store) -> int:
    return store.rows("SELECT count() AS n FROM events", _Count)[0].n


def through_sink(
    store: Store, producer: MarkedProducer, found: list[tuple[bytes, int]], env: dict[str, str]
) -> tuple[float, float]:
    """Rows a second from the sink's first stored block to its last, all waiting in Kafka; and its CPU seconds."""
    store.command("TRUNCATE TABLE events")
    for body, count in found:
        send(producer, body, count)
    producer.flush()
    total = sum(count for _, count in found)
    with sink(env) as process:
        while not (first := stored(store)):
            time.sleep(0.02)
        began = time.perf_counter()
        while (now := stored(store)) < total:
            time.sleep(0.1)
        return (now - first) / (time.perf_counter() - began), cpu(process)


def latency(store: Store, producer: MarkedProducer, env: dict[str, str], rate: int, seconds: int) -> _Count:
    """Seconds from sending to storing at `rate` events a second; occurred_at is the moment of sending."""
    store.command("TRUNCATE TABLE events")
    with sink(env):
        time.sleep(4)
        began, sent = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - began) < seconds:
            due = int(elapsed * rate) - sent
            if due >= rate // 20:
                now = time.time_ns() // 1_000_000
                lines = list(event_lines(due, now - due, sent))
                send(producer, join_lines(lines), due)
                producer.flush()
                sent += due
            time.sleep(0.005)
        while stored(store) < sent:
            time.sleep(0.1)
    late = "date_diff('ms', occurred_at, stored_at) / 1000"
    figures = f"quantile(0.5)({late}) AS late_p50, quantile(0.99)({late}) AS late_p99, max({late}) AS late_max"
    sql = f"SELECT count() AS n, {figures} FROM events FINAL"
    return store.rows(sql, _Count)[0]


def cpu(pid: int) -> float:
    """CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class sink:
    """A sink process for the length of a `with`."""

    def __init__(self, env: dict[str, str]) -> None:
        self._env = env

    def __enter__(self) -> int:
        command = [sys.executable, "-m", "storage.sink"]
        self._process = subprocess.Popen(command, env=os.environ | self._env, stdout=subprocess.DEVNULL)
        return self._process.pid

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=400_000)
    options.add_argument("--rate", type=int, default=5_000)
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--block", type=int, default=50_000)
    asked = options.parse_args()
    found = bodies(asked.events)
    size = sum(len(body) for body, _ in found) / asked.events
    with tempfile.TemporaryDirectory() as home, Stack(Path(home)) as stack:
        settings = stack.settings(clickhouse_url=stack.clickhouse_url + "/bench", hallmonitor_home=Path(home))
        env = settings.environment() | {"HALLMONITOR_HOME": home}
        admin = KafkaAdminClient(**client(settings))
        admin.create_topics([NewTopic(t.name, 1, 1, topic_configs=t.config) for t in topics.ALL])
        producer = marked_producer(settings)
        store = Store(settings.clickhouse_url, settings.clickhouse_user, settings.clickhouse_password)
        migrate(store)
        print(f"{asked.events} events of {size:.0f} bytes; CPU microseconds an event: ClickHouse + sink")
        server = next(one["pid"] for one in stack.state["servers"] if one["name"] == "clickhouse")
        own_insert(store, found, asked.block)
        for _ in range(asked.rounds):
            before = cpu(server)
            own = own_insert(store, found, asked.block)
            between = cpu(server)
            ours, sink_cpu = through_sink(store, producer, found, env)
            spent = [(between - before), (cpu(server) - between), sink_cpu]
            micro = [seconds / asked.events * 1e6 for seconds in spent]
            print(
                f"own insert {own:,.0f}/s ({micro[0]:.1f}), sink {ours:,.0f}/s ({micro[1]:.1f} + {micro[2]:.1f})",
                end="",
            )
            print(f": {ours / own:.2f}")
        print(f"at {asked.rate} events/s: {latency(store, producer, env, asked.rate, asked.seconds)}")


if __name__ == "__main__":
    main()

"""Trial: idiomatic Faust on the same broker: the same events, one a record, the same bare logic on Faust tables."""

import time
from itertools import islice

import msgspec
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from bench.district import District
from bench.figure import Figure, NotFound
from bench.plain_loop import judged
from bench.processes import Child, metric
from bench.worker import Place
from infra.local.ports import choose
from model.kafka_client import client

COUNT = 10_000  # a small count: it is slow, and its speed does not depend on it


class _Id(msgspec.Struct):
    event_id: str


def measure(place: Place, district: District, count: int = COUNT) -> tuple[list[Figure], float]:
    """Figures, and events per CPU second."""
    lines = list(islice(district.lines(), count))
    facts, found = place.home / "facts.ndjson", place.home / "found.tsv"
    facts.write_bytes(b"\n".join(district.facts()))
    _publish(place, lines)
    port = choose([])
    last = msgspec.json.decode(lines[-1], type=_Id).event_id
    env = {**place.env(port), "BENCH_FACTS": str(facts), "BENCH_FOUND": str(found), "BENCH_LAST": last}
    with Child(place.home / "idiomatic.log", env, "-m", "bench.idiomatic_app") as app:
        app.wait_for("the first event", lambda: metric(port, "bench_events_total") > 0)
        start, cpu, began = metric(port, "bench_events_total"), app.cpu, time.perf_counter()
        app.wait_for("all events", lambda: metric(port, "bench_events_total") >= count)
        spent, wall = app.cpu - cpu, time.perf_counter() - began
        app.wait_for("its findings", found.exists)
    _verify(place, district, lines, {tuple(line.split("\t")) for line in found.read_text().splitlines()})
    rate = (count - start) / spent
    note = f"{count:,} events, one a record, found what the plain loop finds in them"
    return [
        Figure("idiomatic", "idiomatic Faust, tables", rate, "events/CPU-s", note=note),
        Figure("idiomatic", "the same, by the wall", (count - start) / wall, "events/s"),
    ], rate


def _publish(place: Place, lines: list[bytes]) -> None:
    admin = KafkaAdminClient(**client(place.settings))
    admin.create_topics([NewTopic("bench.events", 1, 1)])
    admin.close()
    sender = KafkaProducer(**client(place.settings), acks="all", linger_ms=5)
    for line in lines:
        sender.send("bench.events", value=line, partition=0)
    sender.flush()
    sender.close()


def _verify(place: Place, district: District, lines: list[bytes], found: set[tuple[str, ...]]) -> None:
    part = place.home / "part.ndjson"
    part.write_bytes(b"\n".join(lines) + b"\n")
    _, wanted = judged(part, district.facts())
    if found != wanted:
        raise NotFound(f"idiomatic Faust found {len(found)}, the plain loop {len(wanted)} in the same events")

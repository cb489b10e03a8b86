"""Faust as its own documentation writes it: one event a record, a Record class, tables written for each event."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import faust
from faust.sensors.prometheus import setup_prometheus_sensors
from prometheus_client import Counter

from bench.bare import Bare, Known
from model.settings import Settings
from streams.worker.kafka_settings import credentials

JUDGED = Counter("bench_events", "events judged")
app = faust.App(
    "bench-idiomatic",
    broker=f"aiokafka://{os.environ['KAFKA_BOOTSTRAP']}",
    broker_credentials=credentials(Settings()),
    store="memory://",
    topic_partitions=1,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    web_bind="127.0.0.1",
    web_port=int(os.environ["WORKER_WEB_PORT"]),
    datadir=os.environ["HALLMONITOR_HOME"] + "/faust-idiomatic",
)


class Event(faust.Record, serializer="json"):  # type: ignore[misc, call-arg]
    """An event; the fields the logic reads."""

    event_id: str
    action: str
    occurred_at: str | None = None
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


judge = Bare(
    Known(Path(os.environ["BENCH_FACTS"]).read_bytes().splitlines()),
    lambda name: app.Table(name, default=lambda: None, partitions=1),
)
setup_prometheus_sensors(app)


@app.agent(app.topic("bench.events", value_type=Event))  # type: ignore[untyped-decorator]
async def take(events: Any) -> None:
    """Judge each event."""
    async for event in events:
        if event.occurred_at is not None:
            judge.take(event, datetime.fromisoformat(event.occurred_at).timestamp())
        JUDGED.inc()
        if event.event_id == os.environ["BENCH_LAST"]:
            Path(os.environ["BENCH_FOUND"]).write_text("\n".join(f"{a}\t{b}" for a, b in sorted(judge.found)))


if __name__ == "__main__":
    sys.argv[1:] = ["worker", "-l", "warn"]
    app.main()

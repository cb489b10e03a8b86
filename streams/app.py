"""The Faust worker: the shell around the judge. `python -m streams.app worker` takes every flag of `faust worker`.

One agent, one district a partition. Faust brings the batches, the rebalances, the timers and the web; memories,
outputs and position are ours, in one transaction a turn. A batch is acknowledged only after its turn is written;
Faust's committed offset is a late hint, the position in the memory topic is the truth.
"""

import socket
import sys
from typing import Any

import faust
from faust.sensors.prometheus import setup_prometheus_sensors
from faust.types import TP

from model import topics
from model.settings import Settings
from streams.long_lived import long_lived
from streams.worker.kafka_settings import credentials
from streams.worker.shell import TURN_SECONDS, Shell


def free_port(wanted: int) -> int:
    """The wanted port of loopback, or any other where it is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def make_app(settings: Settings) -> Any:
    """The Faust app; `settings.kafka_bootstrap` must name a broker."""
    app = faust.App(
        "hallmonitor-judge",
        broker=f"aiokafka://{settings.kafka_bootstrap}",
        broker_credentials=credentials(settings),
        store="memory://",
        topic_partitions=settings.kafka_partitions,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=8 << 20,
        stream_buffer_maxsize=64,
        stream_wait_empty=False,
        broker_commit_interval=2.0,
        broker_session_timeout=10.0,  # how long the district of a dead worker waits for another
        broker_heartbeat_interval=3.0,
        web_bind="127.0.0.1",
        web_port=free_port(settings.worker_web_port),
        datadir=str(settings.hallmonitor_home / "faust"),
    )
    shell = Shell(app, settings)
    log = app.topic(topics.LOG.name, value_serializer="raw", key_serializer="raw")
    setup_prometheus_sensors(app)

    @app.agent(log)  # type: ignore[untyped-decorator]
    async def judge(stream: Any) -> None:
        async for event in stream.noack().events():
            await shell.take(event)

    @app.timer(interval=TURN_SECONDS / 2)  # type: ignore[untyped-decorator]
    async def turns() -> None:
        await shell.due()

    @app.on_partitions_revoked.connect  # type: ignore[untyped-decorator]
    async def revoked(_: Any, revoked: set[TP], **__: Any) -> None:
        await shell.release({place.partition for place in revoked if place.topic == topics.LOG.name})

    return app


def main() -> None:
    """Run the worker; without arguments as `worker -l warn`."""
    if len(sys.argv) == 1:
        sys.argv += ["worker", "-l", "warn"]
    with long_lived():
        make_app(Settings()).main()


if __name__ == "__main__":
    main()

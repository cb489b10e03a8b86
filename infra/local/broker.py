"""One node of Apache Kafka in KRaft mode: its configuration, its command line, and its formatted folder."""

import base64
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from infra.local import sasl
from infra.local.ports import LOOPBACK

LOG4J = Path(__file__).with_name("log4j2.properties")
HEAP = "512m"
FOUR_MB = 4 * 1024 * 1024


class FormatFailed(RuntimeError):
    """Kafka's StorageTool refused the folder."""


@dataclass(frozen=True)
class Node:
    """A broker that is also a controller; `port` serves clients, `controller_port` the quorum."""

    number: int
    port: int
    controller_port: int

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"


def bootstrap(nodes: list[Node]) -> str:
    """What clients are given as KAFKA_BOOTSTRAP."""
    return ",".join(node.address for node in nodes)


def properties(node: Node, nodes: list[Node], data: Path, secret: str, enrolled: bool = True) -> str:
    """server.properties of one node (Apache Kafka 4.3 documentation, Broker Configs and KRaft).

    It holds the secret: keep it for its owner's eyes. `enrolled`: whether the cluster has the SCRAM credential yet.
    """
    lines = {**_place(node, nodes, data), **sasl.broker(secret, enrolled), **_replication(len(nodes)), **_SMALL}
    return "".join(f"{key}={value}\n" for key, value in lines.items())


def _place(node: Node, nodes: list[Node], data: Path) -> dict[str, object]:
    return {
        "process.roles": "broker,controller",
        "node.id": node.number,
        "controller.quorum.voters": ",".join(f"{n.number}@{LOOPBACK}:{n.controller_port}" for n in nodes),
        "listeners": f"CLIENTS://{node.address},CONTROLLER://{LOOPBACK}:{node.controller_port}",
        "advertised.listeners": f"CLIENTS://{node.address}",
        "listener.security.protocol.map": "CLIENTS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "inter.broker.listener.name": "CLIENTS",
        "controller.listener.names": "CONTROLLER",
        # A backslash is an escape in a properties file.
        "log.dirs": str(data.absolute()).replace("\\", "\\\\"),
    }


def _replication(count: int) -> dict[str, object]:
    copies, in_sync = (3, 2) if count >= 3 else (1, 1)
    return {
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
    }


_SMALL: dict[str, object] = {
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": 0,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.num.partitions": 1,
    "message.max.bytes": FOUR_MB,
    "replica.fetch.max.bytes": FOUR_MB,
    "replica.fetch.response.max.bytes": 4 * FOUR_MB,
    # A broker that was killed may come back only when its old session has ended; 9 s is Kafka's default.
    "broker.session.timeout.ms": 4000,
    "broker.heartbeat.interval.ms": 500,
    "num.network.threads": 2,
    "num.io.threads": 4,
    # The cleaner's default buffer, 128 MB, would be a quarter of the heap.
    "log.cleaner.dedupe.buffer.size": 32 * 1024 * 1024,
}


def command(java: Path, jars: Path, settings: Path, logs: Path, name: str) -> list[str]:
    """The argument list that serves one node in the foreground; its log goes to `logs/name.log`."""
    return [
        *_java(java, jars),
        f"-Xmx{HEAP}",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        f"-Dlog4j2.configurationFile={LOG4J}",
        f"-Dhallmonitor.log={logs.absolute() / name}",
        "kafka.Kafka",
        str(settings),
    ]


def _java(java: Path, jars: Path) -> list[str]:
    return [str(java), "-cp", f"{jars}/*"]


def new_cluster_id() -> str:
    """A random UUID as Kafka writes it: 22 characters of URL-safe base64."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


def format_folder(java: Path, jars: Path, settings: Path, cluster_id: str, secret: str, log: Path) -> None:
    """Prepares an empty data folder, the SCRAM credential in it; leaves a formatted one as it is.

    Raises FormatFailed with the tool's words.
    """
    name = f"--cluster-id={cluster_id}"  # as one word: one id in 64 begins with a dash
    words = settings.with_suffix(".format")  # other users can read a command line, so the secret goes by file
    words.write_text("\n".join(sasl.format_words(secret)) + "\n")
    words.chmod(0o600)
    arguments = ["kafka.tools.StorageTool", "format", name, "-c", str(settings), "--ignore-formatted", f"@{words}"]
    try:
        done = subprocess.run([*_java(java, jars), "-Xmx128m", *arguments], capture_output=True, text=True)
    finally:
        words.unlink()
    log.write_text(done.stdout + done.stderr)
    if done.returncode:
        raise FormatFailed(f"Kafka could not format its folder ({settings}): {done.stdout}{done.stderr}".strip())

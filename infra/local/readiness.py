"""Whether the two servers answer now, whoever runs them."""

import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from infra.local.stack import running
from model.settings import without_secrets


def servers(home: Path, kafka_bootstrap: str = "", clickhouse_url: str = "") -> dict[str, Any]:
    """Addresses, processes and readiness of both servers; an empty address means the embedded stack's.

    Out: `kafka_bootstrap, clickhouse_url` (null when there is none), `kafka_ready, clickhouse_ready, ready`, `stack`
    (`stopped`, or what its supervisor says), `pid` of the supervisor, `home`, `servers` (name, pid, port, restarts).
    """
    state = running(home) or {}
    kafka = kafka_bootstrap or state.get("kafka_bootstrap")
    clickhouse = clickhouse_url or state.get("clickhouse_url")
    kafka_ready, clickhouse_ready = _kafka_answers(kafka), _clickhouse_answers(clickhouse)
    return {
        "kafka_bootstrap": kafka,
        "clickhouse_url": clickhouse and without_secrets(clickhouse),
        "ready": kafka_ready and clickhouse_ready,
        "kafka_ready": kafka_ready,
        "clickhouse_ready": clickhouse_ready,
        "stack": state.get("state", "stopped"),
        "pid": state.get("pid"),
        "home": str(home.absolute()),
        "servers": state.get("servers", []),
    }


def _kafka_answers(bootstrap: str | None) -> bool:
    """Every broker takes connections: the supervisor has seen them as one cluster before it said ready."""
    return bool(bootstrap) and all(_connects(*address.rsplit(":", 1)) for address in str(bootstrap).split(","))


def _connects(host: str, port: str) -> bool:
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except OSError:
        return False
    return True


def _clickhouse_answers(url: str | None) -> bool:
    if not url:
        return False
    try:
        with urllib.request.urlopen(urljoin(url, "/ping"), timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False

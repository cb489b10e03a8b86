"""chDB, opened once: each statement runs on a connection of its own, so that no setting outlives it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chdb.state.sqlitelike import ChdbError, Connection

from infra.local.order import Order, Terms
from infra.local.refusal import from_engine, refusal
from infra.local.statement import opening

# async_insert would answer before the rows are a part. Block sizes: one insert, one part per partition, all or nothing.
BASE = {
    "async_insert": "0",
    "max_insert_threads": "1",
    "min_insert_block_size_rows": "1000000000",
    "min_insert_block_size_bytes": str(8 * 1024**3),
}
_STATE = {b"SET", b"USE", b"BEGIN", b"COMMIT", b"ROLLBACK"}
_FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*(?:SETTINGS\b[^()']*)?;?\s*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """What came of a statement: its bytes, in which format (none for statements without a result), and the counts."""

    body: memoryview
    format: str
    summary: str


class Engine:
    """The one owner of a chDB folder in this process; safe to use from many threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = str(folder)
        # Keeps the engine open between requests; a further connection then costs 0.15 ms.
        self._keeper = Connection(self._folder)
        self.version, self.timezone = self._about()

    def _about(self) -> tuple[str, str]:
        version, timezone = self._keeper.query("SELECT version(), timezone()", "TSV").bytes().decode().split()
        return version, timezone

    def close(self) -> None:
        self._keeper.close()

    def run(self, order: Order) -> Answer:
        """Runs one statement. Raises Refusal with ClickHouse's code."""
        with self._connection(order.terms) as connection:
            kind = _kind(connection, order.text)
            result = _query(connection, order.sql, order.terms)
            return Answer(result.get_memview().view(), _format(order) if kind == "READ_ONLY" else "", _summary(result))

    @contextmanager
    def _connection(self, terms: Terms) -> Iterator[Connection]:
        connection = Connection(self._folder)
        try:
            if terms.database:
                _query(connection, f"USE {_quoted(terms.database, '`')}", Terms())
            _query(connection, _set_statement({**BASE, **terms.settings}), Terms())
            yield connection
        finally:
            connection.close()


def _query(connection: Connection, sql: str, terms: Terms) -> Any:
    try:
        return connection.query(sql, terms.format, terms.parameters)
    except ChdbError as error:
        raise from_engine(str(error)) from None


def _kind(connection: Connection, text: str) -> str:
    """What ClickHouse's own parser says a statement does; refuses what needs a session, and several at once."""
    # The parser is bound on the inner object only; chdb.durable reaches for it in the same way.
    found = connection._conn.classify_query(text)
    words = opening(text.encode())
    if found["statement_count"] > 1:
        raise refusal(62, "SYNTAX_ERROR", "Multi-statements are not allowed; send one statement per request")
    if (words[:1] and words[0] in _STATE) or b"TEMPORARY" in words[1:4]:
        raise refusal(
            48,
            "NOT_IMPLEMENTED",
            f"{b' '.join(words[:3]).decode(errors='replace')}: the embedded ClickHouse keeps no session state. "
            "Send settings and the database with each query, and use an ordinary table instead of a temporary one",
        )
    return str(found["query_class"].name)


def _set_statement(settings: dict[str, str]) -> str:
    return "SET " + ", ".join(f"{name} = {_quoted(value, chr(39))}" for name, value in settings.items())


def _quoted(text: str, quote: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return f"{quote}{escaped}{quote}"


def _format(order: Order) -> str:
    found = _FORMAT.search(order.text)
    return found[1] if found else order.terms.format


def _summary(result: Any) -> str:
    written = result.rows_written()
    counts = {
        "read_rows": result.storage_rows_read(),
        "read_bytes": result.storage_bytes_read(),
        "written_rows": written,
        "written_bytes": result.bytes_written(),
        "total_rows_to_read": "0",
        "result_rows": written or result.rows_read(),
        "result_bytes": result.size(),
        "elapsed_ns": int(result.elapsed() * 1e9),
    }
    return json.dumps({name: str(value) for name, value in counts.items()})

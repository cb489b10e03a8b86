"""chDB, opened once: each statement runs on a connection of its own, so that no setting outlives it."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from chdb.state.sqlitelike import ChdbError, Connection

from infra.local.answer import Answer, Counts
from infra.local.fence import FILTERS, Fence
from infra.local.order import LONGEST_TEXT, Order, Terms
from infra.local.refusal import Refusal, from_engine, refusal
from infra.local.room import Parts, admit, margin
from infra.local.statement import needs_session, opening, result_format, streams

# async_insert would answer before the rows are a part. Block sizes: one insert, one part per partition, all or nothing.
BASE = {
    "async_insert": "0",
    "max_insert_threads": "1",
    "min_insert_block_size_rows": "1000000000",
    "min_insert_block_size_bytes": str(8 * 1024**3),
}
_LISTS = (
    "SELECT lower(name) AS name, 'function' AS type FROM system.table_functions UNION ALL "
    "SELECT name, type FROM system.merge_tree_settings UNION ALL SELECT name, type FROM system.settings"
)
_REMEMBERED = 4096  # characters of a statement that need not be looked at again
_OURS = "/proc/self/fd/rows"  # stands for the file with the rows when a statement is looked at
# The engine's own guard of the same margin: merges, too, are refused when they would need it.
KEEP_FREE = "storage_configuration.disks.default.keep_free_space_bytes"


class Engine:
    """The one owner of a chDB folder in this process; safe to use from many threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder
        self._folder = f"{folder}?{KEEP_FREE}={margin(folder)}"
        self._parts = Parts()
        # Keeps the engine open between requests; a further connection then costs 0.15 ms.
        self._keeper = Connection(self._folder)
        about = self._keeper.query("SELECT version(), timezone()", "TSV").bytes()
        self.version, self.timezone = about.decode().split()
        self._fence = self._fenced()
        self._remembered = lru_cache(1024)(self._fence.check)
        self._remembered_filters = lru_cache(64)(self._fence.check_filters)

    def _fenced(self) -> Fence:
        lists: Any = self._keeper.query(_LISTS, "TSVRaw").bytes().decode().splitlines()
        pairs = [line.split("\t") for line in lists]
        functions = frozenset(name for name, kind in pairs if kind == "function")
        return Fence(self._written_out, functions, {name: kind for name, kind in pairs if kind != "function"})

    def _written_out(self, sql: str) -> str:
        """A statement as ClickHouse's own parser understood it. Raises Refusal 62."""
        connection = Connection(self._folder)
        try:
            _query(connection, f"SET max_query_size = {8 * LONGEST_TEXT}, max_parser_backtracks = 100000000", Terms())
            asked = f"SELECT formatQuerySingleLine({_quoted(sql, chr(39))})"
            return str(_query(connection, asked, Terms(format="RawBLOB")).bytes().decode())
        except Refusal as refused:
            raise Refusal(refused.code, refused.message.partition(": In scope SELECT formatQuery")[0]) from None
        finally:
            connection.close()

    def _admitted(self, order: Order) -> dict[str, str]:
        """Settings that the statement is run with beyond its own. Raises Refusal when it reaches outside."""
        self._fence.check_settings(order.terms.settings)
        if filters := order.terms.settings.get(FILTERS):
            self._remembered_filters(filters)
        brings_rows = order.insert is not None and order.rows is not None
        sql = order.insert.sql(_OURS) if order.insert and brings_rows else order.text
        check = self._remembered if len(sql) <= _REMEMBERED else self._fence.check
        return check(sql, _OURS if brings_rows else "").settings(order.terms.parameters)

    def close(self) -> None:
        self._keeper.close()

    def run(self, order: Order) -> Answer:
        """Starts one statement; an INSERT or DDL is done when this returns. Raises Refusal with ClickHouse's code."""
        connection = Connection(self._folder)
        try:
            kind = _kind(connection, order.text)
            _prepare(connection, order.terms, self._admitted(order))
            if kind == "READ_ONLY":
                return _read(connection, order)
            return self._change(connection, order)
        except BaseException:
            connection.close()
            raise

    def _change(self, connection: Connection, order: Order) -> Answer:
        first_word = b"".join(opening(order.text, 1))
        admit(self._path, first_word, order.rows.size if order.rows else 0)
        damaged = self._parts.damaged
        result = _query(connection, order.sql, order.terms)
        if first_word == b"INSERT":
            self._parts.check(connection, damaged)
        return Answer(iter([result.bytes()]), "", _counted(result), connection.close)

    def look_after(self) -> None:
        """Looks at what merges have written since the last insert."""
        connection = Connection(self._folder)
        try:
            self._parts.look(connection)
        finally:
            connection.close()


def _prepare(connection: Connection, terms: Terms, values: dict[str, str]) -> None:
    if terms.database:
        _query(connection, f"USE {_quoted(terms.database, '`')}", Terms())
    pairs = ", ".join(
        f"{name} = {_quoted(value, chr(39))}" for name, value in {**BASE, **terms.settings, **values}.items()
    )
    _query(connection, f"SET {pairs}", Terms())


def _read(connection: Connection, order: Order) -> Answer:
    form = result_format(order.text, order.terms.format)
    if streams(order.text, form, order.terms.settings):
        return Answer(_stream(connection, order, counts := Counts()), form, counts, connection.close)
    result = _query(connection, order.sql, order.terms)
    return Answer(iter([result.bytes()]), form, _counted(result), connection.close)


def _query(connection: Connection, sql: str, terms: Terms) -> Any:
    try:
        return connection.query(sql, terms.format, terms.parameters)
    except ChdbError as error:
        raise from_engine(str(error)) from None


def _stream(connection: Connection, order: Order, counts: Counts) -> Iterator[bytes]:
    try:
        for chunk in connection.send_query(order.sql, order.terms.format, order.terms.parameters):
            counts.result_rows += chunk.rows_read()
            counts.read_rows, counts.read_bytes = chunk.storage_rows_read(), chunk.storage_bytes_read()
            yield chunk.bytes()
    except ChdbError as error:
        raise from_engine(str(error)) from None


def _kind(connection: Connection, text: str) -> str:
    """What ClickHouse's own parser says a statement does; refuses what has no place on a server without sessions."""
    # The parser is bound on the inner object only; chdb.durable reaches for it in the same way.
    found = connection._conn.classify_query(text)
    if found["statement_count"] > 1:
        raise refusal(62, "SYNTAX_ERROR", "Multi-statements are not allowed; send one statement per request")
    if words := needs_session(text):
        raise refusal(
            48,
            "NOT_IMPLEMENTED",
            f"{words}: the embedded ClickHouse keeps no session state. Send settings and the database with each "
            "query, and use an ordinary table instead of a temporary one",
        )
    return str(found["query_class"].name)


def _quoted(text: str, quote: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return f"{quote}{escaped}{quote}"


def _counted(result: Any) -> Counts:
    written = result.rows_written()
    return Counts(
        result.storage_rows_read(),
        result.storage_bytes_read(),
        written,
        result.bytes_written(),
        written or result.rows_read(),
        int(result.elapsed() * 1e9),
    )

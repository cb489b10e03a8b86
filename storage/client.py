"""The one door to ClickHouse: rows out as typed structs, lines of JSON in; the only importer of clickhouse_connect."""

import copy
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import clickhouse_connect
import msgspec
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, OperationalError

from model.settings import Settings, without_secrets
from storage.lookout import Lookout, Restless, Seen, TooMany
from storage.row_marks import BEARERS, RowMarks

Row = TypeVar("Row", bound=msgspec.Struct)
# Times come back as they went in: 2026-03-04T14:00:00.000Z.
_READ = {
    "date_time_output_format": "iso",
    "output_format_json_quote_64bit_integers": 0,
    "output_format_json_validate_utf8": 1,
    "prefer_column_name_to_alias": 1,  # `nullIf(account, '') AS account` must not hide the column from WHERE
    "max_execution_time": 120,
    "max_query_size": 1 << 20,  # rows that are nobody's are left out by name (storage/lookout.py)
}
_WRITE = {
    "date_time_input_format": "best_effort",
    "input_format_skip_unknown_fields": 1,
    "input_format_null_as_default": 1,
    "input_format_json_read_arrays_as_strings": 1,
    "input_format_json_read_objects_as_strings": 1,
    "input_format_json_max_depth": 100,
    "max_partitions_per_insert_block": 0,  # history may reach back over more than a hundred months
}
# What only a bad row can cause; anything else is the server's trouble and is tried again.
_BAD_ROW_CODES = frozenset(
    {6, 25, 26, 27, 33, 38, 41, 53, 69, 72, 117, 128, 130, 131, 190, 321, 349, 376, 407, 467, 469, 675, 676, 691}
)
CHUNK = 1 << 20
_BEARING = re.compile(rf"\b({'|'.join(BEARERS)})\b")
_ROUNDS = 20
_RESTLESS = "rows that none of our processes wrote came while the answer was read, and may be in it; ask again"


class Unavailable(Exception):
    """ClickHouse did not answer, or answered with a trouble of its own; nothing is known to be stored."""


class BadRows(Exception):
    """ClickHouse read the lines and refused at least one of them; nothing of the block was stored."""


class QueryFailed(Exception):
    """ClickHouse refused a query of ours; the message holds its own words."""


class Veil(Protocol):
    """What lies over the answers for somebody who may not see who is who (casework/veil.py)."""

    def answer(self, lines: bytes) -> bytes:
        """Whole rows of JSON as they may be shown."""
        ...

    def question(self, value: Any) -> Any:
        """A parameter in which what was shown is what it stands for again."""
        ...


class Store:
    """A database of a ClickHouse server. Threads may share it: it holds no session."""

    def __init__(self, url: str, user: str = "", password: str = "", marks: RowMarks | None = None) -> None:
        """`url` is http(s)://host:port[/database]; `marks` tell our decisions and facts from others.

        Raises `Unavailable`.
        """
        self.marks = marks
        self._lookout = Lookout(marks, self._plain) if marks else None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"CLICKHOUSE_URL is {without_secrets(url)!r}; it must look like http://host:8123/database")
        self.database = parts.path.strip("/") or "default"
        self._limits: dict[str, str] = {}
        self._veil: Veil | None = None
        self.url = without_secrets(url)
        try:
            self._client = clickhouse_connect.get_client(
                host=parts.hostname,
                port=parts.port or (8443 if parts.scheme == "https" else 8123),
                interface=parts.scheme,
                username=user or parts.username or None,
                password=password or parts.password or "",
                autogenerate_session_id=False,
                query_retries=0,
                compress=False,
            )
        except (ClickHouseError, OSError) as error:
            raise Unavailable(f"no ClickHouse at {parts.hostname}:{parts.port}: {_brief(error)}") from error

    def limited(self, conditions: Mapping[str, str]) -> "Store":
        """The same store for somebody who may read only these rows: table → condition that each of its rows fulfills.

        ClickHouse applies them wherever a question reads the table, in views and subqueries, too. The answers share
        the connections; a condition holds no value that was not quoted by `quoted`.
        """
        other = copy.copy(self)
        other._limits = {**self._limits, **conditions}
        return other

    def is_limited(self, table: str) -> bool:
        """Whether there are conditions on what may be read of a table."""
        return table in self._limits

    def marking(self, marks: RowMarks | None) -> "Store":
        """The same store, whose decisions and facts are told apart by these marks; None: with every row of theirs."""
        other = copy.copy(self)
        other.marks = marks
        other._lookout = Lookout(marks, self._plain) if marks else None
        return other

    def veiled(self, veil: Veil | None) -> "Store":
        """The same store for somebody to whom each answer is shown through `veil`."""
        other = copy.copy(self)
        other._veil = veil
        return other

    def meant(self, text: str) -> str:
        """A text in which what an answer of this store showed is what it stands for again."""
        return str(self._veil.question(text)) if self._veil else text

    def shown(self, lines: bytes) -> bytes:
        """Lines of JSON that did not come from an answer, as one would show them."""
        return self._veil.answer(lines) if self._veil else lines

    def _parameters(self, given: Mapping[str, Any] | None) -> dict[str, Any]:
        told = dict(given or {})
        return {name: self._veil.question(value) for name, value in told.items()} if self._veil else told

    def _look(self, sql: str, *, anew: bool = True) -> Seen | None:
        """What is nobody's in the tables that a question may read; None where it reads none that bear marks.

        Not `anew`: what was seen last will do, for who asks again where it does not hold.
        """
        tables = {name for text in (sql, *self._limits.values()) for name in _BEARING.findall(text)}
        if self._lookout is None or not tables:
            return None
        try:
            return self._lookout.look(tables) if anew else self._lookout.before(tables)
        except TooMany as error:
            raise QueryFailed(str(error)) from error
        except Restless as error:
            raise Unavailable(str(error)) from error

    def _is_sound(self, seen: Seen | None) -> bool:
        return seen is None or self._lookout is None or self._lookout.still(seen)

    def _reading(self, seen: Seen | None) -> dict[str, Any]:
        limits = dict(self._limits)
        for table, ours in (seen.conditions if seen else {}).items():
            whole = itself(self.database, table)
            limits = {name: one.replace(whole, f"(SELECT * FROM {whole} WHERE {ours})") for name, one in limits.items()}
            limits[table] = f"({limits.get(table, '1')}) AND {ours}"
        told = ", ".join(f"{quoted(table)}: {quoted(one)}" for table, one in limits.items() if one != "1")
        return {**_READ, "additional_table_filters": f"{{{told}}}"} if told else _READ

    def _plain(self, sql: str, parameters: Mapping[str, Any]) -> Iterator[bytes]:
        yield from self._lines(sql, dict(parameters), _READ)

    def make_database(self) -> None:
        """Create the database that the URL names, unless it is there."""
        if self.database != "default":
            create = f"CREATE DATABASE IF NOT EXISTS {_quoted(self.database)}"
            self._ask(lambda: self._client.command(create, use_database=False))
        self._client.database = self.database

    def use_database(self) -> "Store":
        """Work in the database that the URL names; it must exist."""
        self._client.database = self.database
        return self

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement that answers nothing; raises `QueryFailed` or `Unavailable`."""
        self._ask(lambda: self._client.command(sql, parameters=dict(parameters or {})))

    def rows(self, sql: str, kind: type[Row], parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """The answer to a SELECT, each row as `kind`; parameters are bound by the server (`{name:Type}`).

        Rows of decisions and facts that are nobody's are in no answer. Raises `QueryFailed`, `Unavailable`.
        """
        answer = self._answer(sql, self._parameters(parameters))
        if self._veil:
            answer = self._veil.answer(answer)
        return msgspec.json.Decoder(kind).decode_lines(answer)

    def _answer(self, sql: str, parameters: dict[str, Any]) -> bytes:
        for turn in range(_ROUNDS):
            seen = self._look(sql, anew=turn > 0)
            told: dict[str, Any] = {"parameters": parameters, "settings": self._reading(seen), "fmt": "JSONEachRow"}
            answer: bytes = self._ask(partial(self._client.raw_query, sql, **told))
            if self._is_sound(seen):
                return answer
        raise Unavailable(_RESTLESS)

    def stream(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        """The answer to a SELECT in whole JSON lines, some hundred KB at a time; memory stays bounded.

        Raises as `rows` does; after the last line, too, where a row that is nobody's may have been among them.
        """
        seen = self._look(sql)
        for lines in self._lines(sql, self._parameters(parameters), self._reading(seen)):
            yield self._veil.answer(lines) if self._veil else lines
        if not self._is_sound(seen):
            raise Unavailable(_RESTLESS)

    def _lines(self, sql: str, parameters: dict[str, Any], settings: dict[str, Any]) -> Iterator[bytes]:
        told: dict[str, Any] = {"parameters": parameters, "settings": settings, "fmt": "JSONEachRow"}
        source = self._ask(partial(self._client.raw_stream, sql, **told))
        with source:
            rest = b""
            while piece := source.read(CHUNK):
                whole, newline, rest = (rest + piece).rpartition(b"\n")
                if newline:
                    yield whole + newline
            if rest:
                raise Unavailable("ClickHouse ended an answer in the middle of a line")

    def insert_lines(self, table: str, columns: list[str], body: bytes) -> None:
        """Store NDJSON, all or nothing; raises `BadRows` when a line cannot be a row, else `Unavailable`."""
        try:
            self._client.raw_insert(table, columns, body, settings=_WRITE, fmt="JSONEachRow")
        except DatabaseError as error:
            if error.code in _BAD_ROW_CODES:
                raise BadRows(_brief(error)) from error
            raise Unavailable(_brief(error)) from error
        except (ClickHouseError, OSError) as error:
            raise Unavailable(_brief(error)) from error

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _ask(self, question: Any) -> Any:
        try:
            return question()
        except OperationalError as error:
            raise Unavailable(f"no answer from {self.url}: {_brief(error)}") from error
        except DatabaseError as error:
            raise QueryFailed(_brief(error)) from error
        except (ClickHouseError, OSError) as error:
            raise Unavailable(f"no answer from {self.url}: {_brief(error)}") from error


def connect(settings: Settings) -> Store:
    """The store that `settings` name; raises `Unavailable`."""
    marks = RowMarks(settings.hallmonitor_home)
    return Store(settings.clickhouse_url, settings.clickhouse_user, settings.clickhouse_password, marks).use_database()


def _brief(error: BaseException) -> str:
    return str(error).strip()[:600]


def quoted(text: str) -> str:
    """A text as a literal of ClickHouse's SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def itself(database: str, table: str) -> str:
    """A table within a condition of `limited`: conditions on it are not applied there again, which would never end."""
    return f"merge({quoted(database)}, '^{table}$')"


def _quoted(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"

"""What one HTTP request asks of ClickHouse: read from its URL, headers, form and body into one value."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from infra.local.encoding import decode
from infra.local.refusal import refusal
from infra.local.spool import Spool
from infra.local.statement import HEAD, DataInsert, data_insert

# Parameters of ClickHouse's HTTP interface that are no settings. Sessions and roles are taken and mean nothing here.
NO_SETTING = {
    *("query", "database", "default_format", "query_id", "quota_key", "role", "user", "password"),
    *("session_id", "session_timeout", "session_check", "close_session"),
    *("wait_end_of_query", "buffer_size", "client_protocol_version", "stacktrace", "add_http_cors_header"),
}
# ClickHouse's own framed compression, which clickhouse-connect does not use over HTTP.
NOT_SPOKEN = ("compress", "decompress")
LONGEST_TEXT = 16 * 1024 * 1024
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")


@dataclass(frozen=True)
class Order:
    """A statement, with the rows it inserts if it has any, and the terms it is run under."""

    text: str
    insert: DataInsert | None
    rows: Spool | None
    terms: "Terms"

    @property
    def sql(self) -> str:
        return self.insert.sql(self.rows.path) if self.insert and self.rows else self.text


@dataclass(frozen=True)
class Terms:
    """Database, format, settings and `{name:Type}` parameters of a request."""

    database: str = ""
    format: str = "TabSeparated"
    settings: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)


def terms(given: Mapping[str, str], headers: Mapping[str, str], read_only: bool) -> Terms:
    """Reads the parameters of a request. Raises Refusal for names that are none and for compression not spoken here."""
    settings = {name: value for name, value in given.items() if _is_setting(name)}
    if read_only:
        settings["readonly"] = "2"  # as ClickHouse does with GET: a link never changes anything
    return Terms(
        given.get("database") or headers.get("X-ClickHouse-Database", ""),
        given.get("default_format") or headers.get("X-ClickHouse-Format") or "TabSeparated",
        settings,
        {name.removeprefix("param_"): value for name, value in given.items() if name.startswith("param_")},
    )


def _is_setting(name: str) -> bool:
    if name in NOT_SPOKEN:
        raise refusal(48, "NOT_IMPLEMENTED", f"{name}=1 is not spoken here; use Content-Encoding and Accept-Encoding")
    if name in NO_SETTING or name.startswith("param_"):
        return False
    if not _NAME.match(name):
        raise refusal(115, "UNKNOWN_SETTING", f"Unknown setting {name!r}")
    return True


def read(query: str, body: Spool, encoding: str, conditions: Terms, scratch: Path) -> Order:
    """Puts together the query of the URL and what the body holds behind its encoding.

    Raises Refusal, BadEncoding, TooLarge. Whoever calls closes `body`, and `rows` of the answer.
    """
    start = f"{query}\n".encode() if query else b""
    pieces = decode(body.pieces(), encoding) if encoding else body.pieces()
    insert = data_insert(start)
    if insert and not encoding:
        return Order(start.decode(), insert, body, conditions)
    head, rest = _head(start, pieces)
    insert = insert or data_insert(head)
    if insert is None:
        return Order(_text(head, rest), None, None, conditions)
    rows = _spooled(chain([head[insert.data_at :]], rest), scratch)
    return Order(head[: insert.data_at].decode(), insert, rows, conditions)


def _head(start: bytes, pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    head = bytearray(start)
    for piece in pieces:
        head += piece
        if len(head) >= HEAD:
            break
    return bytes(head), pieces


def _spooled(pieces: Iterator[bytes], scratch: Path) -> Spool:
    rows = Spool(scratch)
    try:
        for piece in pieces:
            rows.write(piece)
    except BaseException:
        rows.close()
        raise
    return rows


def _text(head: bytes, rest: Iterator[bytes]) -> str:
    text = bytearray(head)
    for piece in rest:
        text += piece
        if len(text) > LONGEST_TEXT:
            raise refusal(307, "TOO_MANY_BYTES", f"A statement may have {LONGEST_TEXT} bytes; send rows as a FORMAT")
    try:
        return text.decode()
    except UnicodeDecodeError as fault:
        raise refusal(62, "SYNTAX_ERROR", f"The statement is not UTF-8: {fault}") from fault

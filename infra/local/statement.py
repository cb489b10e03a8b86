"""Where in the bytes of a request the SQL ends and an INSERT's rows begin; pure, and read only as far as needed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# As much as is searched for the end of an INSERT's head: four times ClickHouse's default max_query_size.
HEAD = 1024 * 1024

_TOKEN = re.compile(
    rb"""(?P<blank>\s+|--[^\n]*|\#[!\ ][^\n]*|/\*.*?\*/)
       |(?P<quoted>'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.|``)*`|"(?:[^"\\]|\\.|"")*")
       |(?P<word>\w+)
       |(?P<sign>.)""",
    re.S | re.X,
)
_GAP = re.compile(rb"[ \t\f\r]*\n?")


@dataclass(frozen=True)
class Token:
    """A word, sign or quoted text of a statement; words in capitals; `depth` counts the brackets around it."""

    text: bytes
    start: int
    end: int
    depth: int


@dataclass(frozen=True)
class DataInsert:
    """An INSERT whose rows came with the request, from byte `data_at` on; `sql` says how to read them from a file."""

    left: str
    right: str
    format: str
    is_input: bool
    data_at: int

    def sql(self, path: str) -> str:
        """The same statement, reading its rows from a file. `path` is ours and needs no quoting."""
        if self.is_input:
            return f"{self.left}file('{path}', '{self.format}', {self.right}"
        return f"{self.left}FROM INFILE '{path}' COMPRESSION 'none' {self.right}"


def tokens(head: bytes) -> Iterator[Token]:
    """The tokens of a statement, one by one, comments and blanks left out."""
    depth = 0
    for found in _TOKEN.finditer(head):
        text = found[0].upper() if found.lastgroup == "word" else found[0]
        depth -= text == b")"
        if found.lastgroup != "blank":
            yield Token(text, found.start(), found.end(), depth)
        depth += text == b"("


def data_insert(head: bytes) -> DataInsert | None:
    """Splits the beginning of a request that inserts rows sent with it; None for every other statement.

    `INSERT … VALUES` and `INSERT … SELECT` are whole statements, unless they select from `input('structure')`.
    """
    stream = tokens(head)
    first = next(stream, None)
    if first is None or first.text != b"INSERT":
        return None
    return _find_format(head, stream)


def _find_format(head: bytes, stream: Iterator[Token]) -> DataInsert | None:
    seen: dict[bytes, Token] = {}
    for token in stream:
        if seen.get(b"FORMAT") and _is_name(token):
            return _split(head, seen, token)
        seen.pop(b"FORMAT", None)
        if token.depth == 0 and token.text == b"VALUES":
            return None
        if token.text == b"INPUT" or (token.depth == 0 and token.text in (b"SELECT", b"SETTINGS", b"FORMAT")):
            seen[token.text] = token
    return None


def _is_name(token: Token) -> bool:
    return token.text[:1].isalpha()


def _split(head: bytes, seen: dict[bytes, Token], name: Token) -> DataInsert | None:
    gap = _GAP.match(head, name.end)
    data_at = gap.end() if gap else name.end
    form = head[name.start : name.end].decode()
    before_format = seen[b"FORMAT"].start
    source = seen.get(b"INPUT")
    if source is not None:
        return _from_input(head, source, before_format, form, data_at)
    if b"SELECT" in seen:
        return None
    cut = seen[b"SETTINGS"].start if b"SETTINGS" in seen else before_format
    return DataInsert(head[:cut].decode(), head[cut : name.end].decode(), form, False, data_at)


def _from_input(head: bytes, source: Token, until: int, form: str, data_at: int) -> DataInsert:
    opened = head.index(b"(", source.end) + 1
    return DataInsert(head[: source.start].decode(), head[opened:until].decode(), form, True, data_at)


# Formats whose pieces, one per block of the result, follow each other without a head or foot of the whole.
_PIECEWISE = frozenset({"Native", "RowBinary", "TabSeparated", "TSV", "CSV", "JSONEachRow"})
_STATEFUL = {b"SET", b"USE", b"BEGIN", b"COMMIT", b"ROLLBACK"}
_LAST_FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*(?:SETTINGS\b[^()]*)?[;\s]*\Z", re.IGNORECASE)
_OPENING = 4096


def opening(text: str, count: int = 4) -> list[bytes]:
    """The first words of a statement, which say what it does."""
    words = tokens(text[:_OPENING].encode())
    return [token.text for _, token in zip(range(count), words, strict=False)]


def needs_session(text: str) -> str:
    """The words of a statement that only means something within a session; empty for all others."""
    words = opening(text)
    stateful = words[:1] and words[0] in _STATEFUL
    kind = words[3:] if words[1:3] == [b"OR", b"REPLACE"] else words[1:]
    temporary = words[:1] == [b"CREATE"] and kind[:1] == [b"TEMPORARY"]
    return b" ".join(words[:3]).decode(errors="replace") if stateful or temporary else ""


def result_format(text: str, default: str) -> str:
    """The format of a statement's result: its own FORMAT clause, else the request's."""
    found = _LAST_FORMAT.search(text[-_OPENING:])
    return found[1] if found else default


def streams(text: str, form: str, settings: dict[str, str]) -> bool:
    """Whether a result may be sent piece by piece: chDB streams SELECTs, and would leave out totals and extremes."""
    selects = opening(text, 1) in ([b"SELECT"], [b"WITH"])
    extra = settings.get("extremes", "0") != "0" or re.search(r"\b(?:TOTALS|extremes)\b", text, re.IGNORECASE)
    return selects and form in _PIECEWISE and not extra

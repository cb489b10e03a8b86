"""The second look: every written file is searched for anybody who should not be in it, in any case, form or encoding.

It is written apart from the redaction on purpose and shares none of its code: that lets through what is known to be
harmless, this searches for what is known to be somebody's. Where it finds a name, nothing is written.
"""

import base64
import binascii
import csv
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Set
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import ahocorasick

from casework.production.hands import Hands
from casework.production.treatments import FIELDS, redaction
from casework.production.watched import Watched, compact
from documents.reading import pdf_text
from model.policy import base_policy

_TOKEN = re.compile(r"[^\W_]+")
_JOINS = re.compile(r"""[\s"'<>()\[\]{},;|=]""")  # what stands between words, not within one
_CLOCKS = re.compile(
    r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?)?|(?<![\w:.])\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?Z?(?![\w:])"
    r"|\b\d{1,2}/[A-Z][a-z]{2}/\d{4}(?::\d\d:\d\d:\d\d\b)?|\b\d{1,2}/\d{1,2}/\d{2,4}\b"
)
_ADDRESS = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f.]{0,15}|(?:\d{1,3}\.){3}\d{1,3}", re.IGNORECASE)
_RUNS = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_RUN = 8  # letters of the shortest word that is read in other notations
_INSTANT, _HOUR = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII), len("2026-03-04T14")
_ESCAPES = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|=([0-9A-F]{2})")
_PUNY = re.compile(r"xn--[a-z0-9-]+", re.IGNORECASE)
_LEFT_OUT = re.compile(r"\[[A-Z0-9-]+\]")
_LONG = 5  # letters from which a name is found inside a longer word
_LIMIT = 200_000  # remembered runs


def _nobodys(watched: Watched) -> re.Pattern[str]:
    """The ends of hosts that are nobody's name, whoever is called so: realms, what was asked for, sites that everybody
    knows, public suffixes; and how a web address begins."""
    suffixes = redaction().public_suffixes
    whole = {*watched.realms, *watched.domains, *base_policy().well_known_hosts}
    second, top = _any(suffixes.second), _any(suffixes.top)
    return re.compile(
        rf"^(?:https?|ftp|wss?)(?=://)|(?<![\w-])(?:{_any(whole)})(?![\w.-])"
        rf"|(?<=\.)(?:k12\.[a-z]{{2}}\.us|(?:(?:{second})\.)?[a-z]{{2}}|{top})(?![\w.-])",
        re.IGNORECASE,
    )


def _any(texts: Iterable[str]) -> str:
    """A pattern of any of these texts, longer ones first; of none, one that never fits."""
    return "|".join(sorted(map(re.escape, texts), key=len, reverse=True)) or "(?!)"


class Found(NamedTuple):
    """Where somebody is named who should not be: never who."""

    file: str
    row: int
    column: str
    kind: str


class Leak(RuntimeError):
    """A production that would have named somebody else. The message names file, row and kind, never the name."""

    def __init__(self, found: Found) -> None:
        where = f"{found.file}, row {found.row}" + (f", column {found.column}" if found.column else "")
        super().__init__(
            f"{where}: it would show {found.kind} of somebody whom the request does not name. Nothing was written."
            " Redact that cell, row or column, or change the note, and produce again"
        )
        self.found = found


class _Words(NamedTuple):
    """A text, its words (squeezed) with their places, and the stretches that are nobody's name."""

    text: str
    tokens: list[tuple[int, str]]
    free: list[tuple[int, int]]

    @classmethod
    def of(cls, text: str, ends: re.Pattern[str]) -> "_Words":
        small = str.lower if text.isascii() else compact  # the words of such a text have no signs and no accents
        tokens = [(match.start(), small(match[0])) for match in _TOKEN.finditer(text)]
        return cls(text, tokens, [match.span() for match in ends.finditer(text)])

    def are_nobodys(self, first: int, last: int) -> bool:
        """Whether the words from one place to another stand in one stretch that is nobody's."""
        return any(start <= first and last < end for start, end in self.free)


class Scan:
    """The search for one request's bystanders."""

    def __init__(self, watched: Watched, ours: Set[str], usual: Set[str]) -> None:
        """`ours`: words of the program's own texts, which are nobody's name where they stand in them; `usual`: words
        of logs, in which a name may be hidden without meaning anybody (`admin` in `administrator`).
        """
        self._watched = watched
        self._ours = ours
        self._usual = usual
        self._ends = _nobodys(watched)
        self._after_at = re.compile(rf"(?<=@)(?:{_any(watched.realms)})(?![\w.-])", re.IGNORECASE)
        self._runs: dict[str, str] = {}
        self._cells: dict[tuple[str, str], str] = {}
        self._machine = ahocorasick.Automaton()
        for name, kind in watched.names.items():
            if len(name) >= _LONG:
                self._machine.add_word(name, (name, kind))
        self._machine.make_automaton()
        self._searches = len(self._machine) > 0

    def folder(self, folder: Path, harmless: Set[str], hands: int = 1) -> None:
        """Search every file of a folder; raises `Leak`. `harmless`: whole cells that are nobody's (closed words).

        `hands`: how many processes search rows; what is found first is the same with any number of them.
        """
        for path in sorted(folder.rglob("*")):
            if path.suffix == ".csv":
                self._table(path, harmless, hands)
            elif path.suffix == ".dat":
                _same(path, path.with_suffix(".csv"))
            elif path.suffix == ".pdf":
                self._pages(path)
            elif path.suffix != ".pem":
                self._lines(path)

    def _table(self, path: Path, harmless: Set[str], hands: int) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            columns = next(rows)

            def search(piece: list[list[str]]) -> list[tuple[str, str] | None]:
                return [self._row(columns, row, harmless) for row in piece]

            with Hands(search, hands) as many:
                for number, found in enumerate(many.each(rows), 1):
                    if found:
                        raise Leak(Found(path.name, number, *found))

    def _row(self, columns: list[str], row: list[str], harmless: Set[str]) -> tuple[str, str] | None:
        """The first column in which somebody is named, and as what."""
        for column, cell in zip(columns, row, strict=True):
            if cell and cell not in harmless and (kind := self._cell(column, cell)):
                return column, kind
        return None

    def _cell(self, column: str, cell: str) -> str:
        """What kind of name a cell holds; the same cell is read once."""
        known = self._cells.get((column, cell))
        if known is None:
            known = self._read(column, cell)
            if len(self._cells) < _LIMIT:
                self._cells[column, cell] = known
        return known

    def _read(self, column: str, cell: str) -> str:
        if column in ("number", "code") and _NUMBERS.fullmatch(cell):
            return ""
        if column == "event_id" and _EVENT_ID.fullmatch(cell):
            return self._watched.names.get(cell, "") or self._spelling(_decoded(bytes.fromhex, cell))
        if cell.isdigit() and cell.isascii() and len(cell) < _RUN and column not in _HOSTS:
            # Too short to spell a name in another notation.
            return self._watched.names.get(cell, "") or self._watched.words.get(cell, "")
        if _INSTANT.fullmatch(cell):
            return self._run(cell[:_HOUR])
        text = _LEFT_OUT.sub(" ", cell)
        if not text.strip():
            return ""
        ends = self._ends if column in _HOSTS else self._after_at
        return self.named(text, self._ours if column == "explanation" else frozenset(), ends)

    def _pages(self, path: Path) -> None:
        for number, text in enumerate(pdf_text(path.read_bytes()), 1):
            if kind := self.named(text, self._ours):
                raise Leak(Found(path.name, number, "", kind))

    def _lines(self, path: Path) -> None:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if kind := self.named(_DIGESTS.sub(" ", line), self._ours):
                raise Leak(Found(path.name, number, "", kind))

    def named(self, text: str, ours: Set[str] = frozenset(), ends: re.Pattern[str] | None = None) -> str:
        """What kind of name of somebody the text holds, in whatever form; empty where it holds none. What `ends` finds
        is the end of a host, which is nobody's name."""
        for form in _forms(text):
            if kind := self._plain(form, ours, ends or self._after_at) or self._address(form):
                return kind
        return next((kind for run in _RUNS.findall(text) if (kind := self._run(run))), "")

    def _plain(self, text: str, ours: Set[str], ends: re.Pattern[str]) -> str:
        words = _Words.of(_CLOCKS.sub(" ", text), ends)
        for place, token in words.tokens:
            if token in ours or words.are_nobodys(place, place):
                continue
            if kind := self._watched.names.get(token) or self._watched.words.get(token):
                return kind
        squeezed = "".join(token for _, token in words.tokens)
        if not self._searches:
            return ""
        hits = self._machine.iter(squeezed)
        return next((kind for end, (name, kind) in hits if self._stands(words, end + 1, name, ours)), "")

    def _stands(self, words: "_Words", end: int, name: str, ours: Set[str]) -> bool:
        """Whether a name found among squeezed words really stands there: in one word, or in what no blank parts.

        No word that is the requested person's, or nobody's, is cut through for it: `tbell@maple` holds no `bellma`.
        """
        start, at = end - len(name), 0
        inside: list[tuple[int, str]] = []
        for place, token in words.tokens:
            first, at = at, at + len(token)
            if first < end and start < at:
                inside.append((place, token))
                if (first < start or end < at) and (token in self._watched.spared or words.are_nobodys(place, place)):
                    return False
        if words.are_nobodys(inside[0][0], inside[-1][0]):
            return False
        if len(inside) == 1:
            return self._hides(inside[0][1], name, ours)
        between = words.text[inside[0][0] : inside[-1][0]]
        if all(len(token) <= 2 for _, token in inside):
            return "".join(token for _, token in inside) == name  # spelled letter by letter
        return not _JOINS.search(between) and not (name.isdigit() and "".join(t for _, t in inside) != name)

    def _hides(self, token: str, name: str, ours: Set[str]) -> bool:
        if token in ours or token == name:
            return token not in ours
        return not name.isdigit() and token not in self._usual

    def _address(self, text: str) -> str:
        for found in _ADDRESS.findall(text):
            if (plain := _one_spelling(found)) in self._watched.addresses:
                return self._watched.addresses[plain]
        return ""

    def _run(self, run: str) -> str:
        """What a word spells in base64, base32 or hexadecimal."""
        known = self._runs.get(run)
        if known is None:
            if len(self._runs) >= _LIMIT:
                self._runs.clear()
            known = self._runs[run] = next((kind for one in _spelled(run) if (kind := self._spelling(one))), "")
        return known

    def _spelling(self, text: str) -> str:
        return (
            next((kind for form in _forms(text) if (kind := self._plain(form, frozenset(), self._after_at))), "")
            if text
            else ""
        )


_HOSTS = frozenset(field for field in FIELDS if redaction().of(field).show in ("realm", "host", "url"))
_NUMBERS = re.compile(r"HM-\d{6,}|[A-Z0-9-]+")
_EVENT_ID = re.compile(r"[0-9a-f]{32}")
_DIGESTS = re.compile(r"\b[0-9a-f]{16,128}\b")


def _forms(text: str) -> Iterator[str]:
    """The text itself and what it is when escapes are undone, again and again."""
    yield text
    seen = {text}
    for _ in range(4):
        text = html.unescape(unquote(text)) if "%" in text or "&" in text else text
        text = _ESCAPES.sub(_unescaped, text) if "\\" in text or "=" in text else text
        text = _PUNY.sub(_from_puny, text) if "xn--" in text.lower() else text
        if text in seen:
            return
        seen.add(text)
        yield text


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(next(filter(None, match.groups())), 16))


def _from_puny(match: re.Match[str]) -> str:
    try:
        return match[0][4:].encode().decode("punycode")
    except UnicodeError:
        return match[0]


def _spelled(run: str) -> Iterator[str]:
    plain = run.rstrip("=").replace("-", "+").replace("_", "/")
    for skip in range(4):
        piece = plain[skip:]
        yield _decoded(base64.b64decode, piece[: len(piece) // 4 * 4] if len(piece) % 4 == 1 else _padded(piece, 4))
    yield _decoded(bytes.fromhex, run[: len(run) // 2 * 2])
    yield _decoded(base64.b32decode, _padded(run.upper().rstrip("="), 8))


def _padded(text: str, size: int) -> str:
    return text + "=" * (-len(text) % size)


def _decoded(decode: Any, text: str) -> str:
    try:
        spelled = str(decode(text).decode("utf-8"))
    except (ValueError, binascii.Error):
        return ""
    return spelled if len(spelled) > 2 and spelled.isprintable() else ""  # noise is no spelling


def _one_spelling(text: str) -> str:
    try:
        found = ip_address(text.rstrip(".:") if not text.endswith("::") else text)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def _same(load: Path, table: Path) -> None:
    """The load file holds the same cells as the CSV, which is searched; raises ValueError where it does not."""
    with load.open(encoding="utf-8-sig", newline="") as one, table.open(encoding="utf-8", newline="") as other:
        for number, (line, row) in enumerate(zip(one, csv.reader(other), strict=True)):
            cells = [cell.strip("\N{LATIN SMALL LETTER THORN}") for cell in line.rstrip("\r\n").split("\x14")]
            if cells != row and list(map(_bare, cells)) != list(map(_bare, row)):
                raise ValueError(f"{load.name} and {table.name} differ in row {number}")


def _bare(cell: str) -> str:
    """Without what only one of the two formats needs."""
    plain = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\N{REGISTERED SIGN}", "\n")
    plain = plain.replace("\N{LATIN SMALL LETTER THORN}", "th").replace("\x14", " ")
    return unicodedata.normalize("NFC", plain.removeprefix("'"))


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words of the program's own texts."""
    return frozenset(compact(token) for text in texts for token in _TOKEN.findall(text))

"""Tables as CSV that a spreadsheet can be trusted with, of any length, and the sheet that says what a file holds.

What a spreadsheet would take for a formula is told to be text. A file is made piece by piece: nothing is held but a
few hundred rows, and nothing is cut.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from documents.plain import guarded

_ROWS = 500  # that a piece holds
_MARK = b"\xef\xbb\xbf"  # of the byte order: how spreadsheets know UTF-8


@dataclass(slots=True)
class Tally:
    """What a file holds, counted while it is made; it is true once the last piece is."""

    rows: int = 0
    size: int = 0  # bytes
    _hash: Any = field(default_factory=hashlib.sha256)

    def add(self, piece: bytes, rows: int) -> None:
        """Count a piece."""
        self.rows += rows
        self.size += len(piece)
        self._hash.update(piece)

    @property
    def sha256(self) -> str:
        """Of all bytes so far, in hexadecimal."""
        digest: str = self._hash.hexdigest()
        return digest


@dataclass(frozen=True, slots=True)
class Export:
    """A table to be taken away: its name without an ending, its columns and rows, and what was asked by whom, when."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]
    criteria: dict[str, Any]
    made_by: str
    made_at: str

    def pieces(self, tally: Tally) -> Iterator[bytes]:
        """The file: UTF-8 with a byte order mark, CRLF, every cell quoted; None is empty."""
        piece = _MARK + _lines([self.columns])
        tally.add(piece, 0)
        yield piece
        held: list[Sequence[object]] = []
        for row in self.rows:
            held.append(row)
            if len(held) == _ROWS:
                yield _counted(held, tally)
                held = []
        if held:
            yield _counted(held, tally)

    def manifest(self, tally: Tally, file: str) -> bytes:
        """What the file of that name holds, as JSON: the criteria, rows, SHA-256, who and when."""
        said = {
            "file": file,
            "rows": tally.rows,
            "bytes": tally.size,
            "sha256": tally.sha256,
            "criteria": self.criteria,
            "made_by": self.made_by,
            "made_at": self.made_at,
            "columns": list(self.columns),
            "complete": True,
            "read_me": "rows counts the lines below the heading. A cell that begins with an apostrophe would else be"
            " taken for a formula by a spreadsheet.",
        }
        return msgspec.json.format(msgspec.json.encode(said), indent=1) + b"\n"

    def zipped(self) -> Iterator[bytes]:
        """The file and its manifest in one ZIP archive, piece by piece."""
        sink, tally, name = _Sink(), Tally(), f"{self.name}.csv"
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open(name, "w", force_zip64=True) as file:
                for piece in self.pieces(tally):
                    file.write(piece)
                    if ready := sink.taken():
                        yield ready
            archive.writestr(f"{name}.manifest.json", self.manifest(tally, name))
        yield sink.taken()


class _Sink:
    """What an archive is written to; it cannot be wound back, so what was written can be sent at once."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, piece: bytes) -> int:
        self._held += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        piece = bytes(self._held)
        self._held.clear()
        return piece


def cell(value: object) -> str:
    """A value as text; with an apostrophe before it where a spreadsheet would calculate. Numbers stay numbers."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else str(value)
    return guarded(str(value).replace("\x00", "\N{REPLACEMENT CHARACTER}"))


def _counted(rows: Sequence[Sequence[object]], tally: Tally) -> bytes:
    piece = _lines(rows)
    tally.add(piece, len(rows))
    return piece


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([cell(value) for value in one] for one in rows)
    return text.getvalue().encode("utf-8", "replace")

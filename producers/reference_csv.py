"""One reference CSV as a district keeps it: bytes in, stated facts and problems (file, line, column) out."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from model.batch import Fact
from model.fact_text import fact_of
from model.reference.fold import Identity, identity
from model.tables import TABLES, VALIDITY, Table

MAX_BYTES = 1 << 29
MAX_PROBLEMS = 1_000  # of one file; the rest is counted
_WIDE = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class Problem(NamedTuple):
    """What is wrong with a file, a line of it, a column of that line. A warning loses no row."""

    file: str
    line: int
    column: str
    problem: str
    warning: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.column}: {self.problem}" if self.column else f"{place}: {self.problem}"


@dataclass(slots=True)
class Stated:
    """What one file states: its facts by row identity (several versions where recorded times differ), and problems."""

    table: Table
    file: str
    rows: dict[Identity, list[Fact]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    hidden: int = 0
    incomplete: bool = False  # some rows are lost, so that what is missing says nothing
    _lines: dict[tuple[Identity, int | None], int] = field(default_factory=dict)

    def blame(self, line: int, column: str, problem: str, *, warning: bool = False) -> None:
        """Note a problem, or only count it once there are too many to read."""
        self.incomplete = self.incomplete or not warning
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(self.file, line, column, problem, warning))
        else:
            self.hidden += 1

    def add(self, line: int, fact: Fact) -> None:
        """Take a row; one that contradicts an earlier row of the same key is refused."""
        who = identity(fact)
        versions = self.rows.setdefault(who, [])
        twin = next((one for one in versions if one.recorded_at == fact.recorded_at), None)
        if twin is None:
            versions.append(fact)
            self._lines[who, fact.recorded_at] = line
        elif fact.table == "calendar":
            versions[versions.index(twin)] = _with_kind(twin, fact)
        elif twin != fact:
            first = self._lines[who, fact.recorded_at]
            self.blame(line, self.table.key[0], f"{fact.key!r} stands in line {first} already and says something else")


def _with_kind(day: Fact, other: Fact) -> Fact:
    """A date may be several things at once: a holiday on which the office is closed, too."""
    kinds = {kind for fact in (day, other) for kind in (fact.row or {})["kind"].split(";")}
    return Fact(
        table=day.table,
        key=day.key,
        row={**(day.row or {}), "kind": ";".join(sorted(kinds))},
        valid_from=day.valid_from,
        valid_to=day.valid_to,
        recorded_at=day.recorded_at,
    )


def read_table(name: str, file: str, content: bytes, zone: ZoneInfo) -> Stated:
    """The facts that the CSV of table `name` states; a bad row is a problem, and the rest is read."""
    stated = Stated(TABLES[name], file)
    wide = next((title for mark, title in _WIDE if content.startswith(mark)), None)
    if len(content) > MAX_BYTES or wide:
        stated.blame(0, "", f"is {wide}; save it as UTF-8" if wide else f"is larger than {MAX_BYTES:,} bytes")
        return stated
    rows = _rows(io.StringIO(content.decode("utf-8-sig", "surrogateescape"), newline=""), stated)
    _, header = next(rows, (0, []))
    columns = _header([cell.strip() for cell in header], stated)
    absent = [column for column in stated.table.required if column not in columns]
    if columns and absent:
        stated.blame(1, absent[0], f"the header lacks {', '.join(absent)}, without which no row says anything")
        return stated
    for line, cells in rows:
        _read_row(line, cells, columns, zone, stated)
    if stated.hidden:
        stated.problems.append(Problem(file, 0, "", f"{stated.hidden:,} more rows are bad"))
    return stated


def _rows(text: io.StringIO, stated: Stated) -> Iterator[tuple[int, list[str]]]:
    """Line (the one a row begins in) and cells of each row that is not blank."""
    reader = csv.reader(text, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            stated.blame(line, "", f"is no CSV: {error}")
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _header(names: list[str], stated: Stated) -> list[str]:
    """The columns in their order; an unknown one is named empty."""
    ours = {column.casefold(): column for column in (*stated.table.columns, *VALIDITY)}
    columns = [ours.get(name.casefold(), "") for name in names]
    if not columns:
        stated.blame(0, "", "is empty: a table without rows still has a header row")
    unknown = [name for name, column in zip(names, columns, strict=True) if not column]
    if unknown:
        shown = ", ".join(name[:40] for name in unknown[:20])
        stated.blame(1, "", f"unknown columns are ignored: {shown}", warning=True)
    for column in {column for column in columns if column and columns.count(column) > 1}:
        stated.blame(1, column, "stands twice in the header; the first one is read", warning=True)
    return columns


def _read_row(line: int, cells: list[str], columns: list[str], zone: ZoneInfo, stated: Stated) -> None:
    if any(cell.strip() for cell in cells[len(columns) :]):
        stated.blame(line, "", f"has {len(cells)} values, the header {len(columns)}")
        return
    row: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column and column not in row:
            row[column] = cell
    broken = [column for column, cell in row.items() if any("\udc80" <= letter <= "\udcff" for letter in cell)]
    for column in broken:
        stated.blame(line, column, "is not UTF-8")
    fact = None if broken else fact_of(stated.table, row, zone)
    if isinstance(fact, Fact):
        stated.add(line, fact)
    for bad in fact if isinstance(fact, list) else ():
        stated.blame(line, bad.column, bad.problem)

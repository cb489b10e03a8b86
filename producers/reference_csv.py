"""One reference CSV as a district keeps it: bytes in, stated facts and problems (file, line, column) out."""

import csv
import io
import json
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from model.batch import Fact
from model.fact_text import Remark, fact_of
from model.reference.fold import Identity, identity
from model.spelling import meant
from model.tables import TABLES, VALIDITY, Table

MAX_BYTES = 1 << 29
MAX_PROBLEMS = 1_000  # of one file; the rest is counted
SHOWN = 5  # bad rows that a finding names; the rest is counted
MAX_COLUMNS = 1_000
NAMES = ("account", "person", "device_id", "vendor")  # columns that say whom or what a row concerns
_GRANTS = ("approvals", "exemptions")
_SIGNING = ("approver", "approver_role", "reason")  # what two people who sign one grant may write differently
_MOST_NAMES = 1_000  # that the doubted rows of one table touch; with more it is as if all were
_SHOWN_LETTERS = 80  # of one value
_SINCE = ("from", "start", "starts", "startdate", "starttime", "begin", "begins", "begindate", "effectivedate")
_UNTIL = ("to", "end", "ends", "enddate", "endtime", "until", "validuntil", "expires", "expirydate", "through")
_TIMES = dict.fromkeys(_SINCE, "valid_from") | dict.fromkeys(_UNTIL, "valid_to")
_MARKS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_WIDE = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class Problem(NamedTuple):
    """What is wrong with a file, a line of it, a column of that line and its value. A warning loses no row."""

    file: str
    line: int
    column: str
    problem: str
    warning: bool = False
    value: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = f"{quoted(self.value)} {self.problem}" if self.value else self.problem
        return f"{place}: {self.column}: {said}" if self.column else f"{place}: {said}"


def quoted(value: str) -> str:
    """A value of a table on one line, not endless, with whatever hides in it made visible."""
    return json.dumps(value[:_SHOWN_LETTERS], ensure_ascii=False)


@dataclass(slots=True)
class Stated:
    """What one file states: its facts by row identity (several versions where recorded times differ), and problems.

    `lost` rows are not among them, of which `shown` are the first, as text; `head` says what could not be read of the
    file as a whole or of a column. `doubted` rows are among them, of which `doubts` are the first, as text; `touched`
    are the names that stand in them or may have been meant.
    """

    table: Table
    file: str
    rows: dict[Identity, list[Fact]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    hidden: int = 0
    lost: int = 0
    shown: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    slips: bool = False  # whether a doubted row is a slip of the pen for certain
    doubted: int = 0
    doubts: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    everybody: bool = False  # whether nobody can tell whom the doubted rows concern
    only: str = ""  # the header, where it is a single name
    unsure: bool = False  # since when and until when its rows hold
    doubtful: dict[int, str] = field(default_factory=dict)  # by place: a column that is lost, though a row needs it
    _lines: dict[tuple[Identity, int | None], int] = field(default_factory=dict)
    _granted: dict[Hashable, tuple[int, int | None]] = field(default_factory=dict)  # of each: the first, and since when
    _remarks: dict[str, tuple[int, Remark, int]] = field(default_factory=dict)  # by column: the first, how many

    @property
    def incomplete(self) -> bool:
        """Whether something is lost, so that what is missing says nothing."""
        return bool(self.lost or self.head or self.slips)

    def warn(self, line: int, column: str, problem: str) -> None:
        """Note what loses nothing."""
        self._note(Problem(self.file, line, column, problem, warning=True))

    def blame(self, line: int, column: str, problem: str) -> None:
        """Note what loses the file, all its rows, or the column that is named so."""
        self.head.append(problem if column in problem else f"column {column}: {problem}")
        self._note(Problem(self.file, line, column, problem))

    def drop(self, line: int, bad: list[Remark]) -> None:
        """A row is lost: note what is wrong with it."""
        self.lost += 1
        if len(self.shown) < SHOWN:
            self.shown.append(f"line {line}, " + ", ".join(map(_shortly, bad)))
        for one in bad:
            listed = len(self.problems) < MAX_PROBLEMS
            said = one.advised() if listed else one.problem
            self._note(Problem(self.file, line, one.column, said, value=one.value))

    def doubt(self, fact: Fact, bad: Remark, meant: Collection[str], *, warning: bool = False) -> None:
        """A row is kept, and one word of it may not be what was meant. `meant`: the names that may have been."""
        line = self._lines[identity(fact), fact.recorded_at]
        self.doubted += 1
        said = [value for column, value in (fact.row or {}).items() if column in NAMES]
        self.touched |= {name.strip() for value in said for name in value.split(";") if name.strip()} | set(meant)
        question = f"did you mean {' or '.join(sorted(meant))}?" if meant else ""
        if len(self.doubts) < SHOWN:
            what = _shortly(bad) if bad.words else f"{bad.column} {quoted(bad.value)} {bad.problem}"
            self.doubts.append(f"line {line}, {what}" + (f" ({question})" if question else ""))
        if warning:
            self.remark(line, [bad])
        else:
            self.slips = True
            told = f"{bad.advised()}; {question}" if question else bad.advised()
            self._note(Problem(self.file, line, bad.column, told, value=bad.value))

    def concerned(self) -> list[str]:
        """The names that the doubted rows touch, as they are compared; none where nobody can tell all of them."""
        plain = {name.casefold() for name in self.touched if name.isprintable()}
        return [] if self.everybody or len(plain) > _MOST_NAMES else sorted(plain)

    def remark(self, line: int, remarks: list[Remark]) -> None:
        """A row's times were understood though not written as ISO 8601: said once for each column."""
        for one in remarks:
            first, example, count = self._remarks.get(one.column, (line, one, 0))
            self._remarks[one.column] = (first, example, count + 1)

    def close(self) -> None:
        """Nothing more comes."""
        for column, (line, one, count) in self._remarks.items():
            more = f", and {count - 1:,} more like it" if count > 1 else ""
            self._note(Problem(self.file, line, column, one.problem + more, warning=True, value=one.value))
        if self.hidden:
            self.problems.append(Problem(self.file, 0, "", f"{self.hidden:,} more mistakes are not listed"))

    def _note(self, problem: Problem) -> None:
        if len(self.problems) < MAX_PROBLEMS or problem.warning:
            self.problems.append(problem)
        else:
            self.hidden += 1

    def add(self, line: int, fact: Fact) -> bool:
        """Take a row; one that contradicts an earlier row of the same key is refused. Whether it stands for itself."""
        who = identity(fact)
        versions = self.rows.setdefault(who, [])
        twin = next((one for one in versions if one.recorded_at == fact.recorded_at), None)
        if twin is None:
            versions.append(fact)
            self._lines[who, fact.recorded_at] = line
            self._remark_other_times(line, fact)
        elif fact.table == "calendar":
            versions[versions.index(twin)] = _with_kind(twin, fact)
        elif twin != fact:
            first = self._lines[who, fact.recorded_at]
            said = f"{quoted(fact.key)} stands in line {first} already and says something else; keep one"
            self.drop(line, [Remark(self.table.key[0], said)])
        return twin is None

    def _remark_other_times(self, line: int, fact: Fact) -> None:
        """One grant whose id stands for another time already: both hold, which who meant to correct it must hear."""
        if self.table.name not in _GRANTS:
            return
        what = tuple((column, said) for column, said in (fact.row or {}).items() if column not in _SIGNING)
        first, since = self._granted.setdefault(what, (line, fact.valid_from))
        if since != fact.valid_from:
            told = f"stands in line {first} for another time already, and both count; to correct a row, change that row"
            self.remark(line, [Remark(self.table.key[0], told, fact.key)])


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


def _shortly(bad: Remark) -> str:
    """What is wrong with a column, as a finding names it: the column and what it says."""
    if not bad.column:
        return bad.problem.split(";")[0]
    return f"{bad.column} {quoted(bad.value)}" if bad.value else f"{bad.column} {bad.problem.split(';')[0]}"


def read_table(name: str, file: str, content: bytes, zone: ZoneInfo) -> Stated:
    """The facts that the CSV of table `name` states; a bad row is a problem, and the rest is read.

    Whoever has no more doubts about it says so with `Stated.close`.
    """
    stated = Stated(TABLES[name], file)
    wide = next((title for mark, title in _WIDE if content.startswith(mark)), None)
    if len(content) > MAX_BYTES or wide:
        stated.blame(0, "", f"is {wide}; save it as UTF-8" if wide else f"is larger than {MAX_BYTES:,} bytes")
        return stated
    rows = _rows(io.StringIO(content.decode("utf-8-sig", "surrogateescape"), newline=""), stated)
    _, header = next(rows, (0, []))
    columns = _header([cell.strip() for cell in header], stated)
    if _decides(columns, stated):
        for line, cells in rows:
            _read_row(line, cells, columns, zone, stated)
    else:
        stated.lost += sum(1 for _ in rows)
    return stated


def _decides(columns: list[str], stated: Stated) -> bool:
    """Whether rows under this header say anything: not without a column that each needs, and not where the time they
    hold is under a name that nobody can be sure of."""
    absent = [column for column in stated.table.required if column not in columns]
    if absent and (other := next((said for mark, said in _MARKS.items() if stated.only.count(mark) > 1), "")):
        stated.blame(1, "", f"has {other} between its columns; save it as CSV with commas")
    elif columns and absent:
        stated.blame(1, absent[0], f"the header lacks {', '.join(absent)}, without which no row says anything")
    return not absent and not stated.unsure


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
            stated.drop(line, [Remark("", f"is no CSV: {error}")])
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _header(names: list[str], stated: Stated) -> list[str]:
    """The columns in their order; one that is not read is named empty."""
    if len(names) > MAX_COLUMNS:
        stated.blame(1, "", f"has more than {MAX_COLUMNS:,} columns; that is no table of ours")
        return []
    stated.only = names[0] if len(names) == 1 else ""
    ours = {column.casefold(): column for column in (*stated.table.columns, *VALIDITY)}
    columns = [ours.get(name.casefold(), "") for name in names]
    if not columns:
        stated.blame(0, "", "is empty: a table without rows still has a header row")
    _tell_strangers({place: name for place, name in enumerate(names) if not columns[place]}, columns, stated)
    for column in sorted({column for column in columns if column and columns.count(column) > 1}):
        places = [place for place, other in enumerate(columns) if other == column]
        stated.doubtful |= dict.fromkeys(places[1:], column)
        stated.blame(1, column, "stands twice in the header; remove one, for a row that says two things is not read")
    return columns


def _tell_strangers(strangers: dict[int, str], columns: list[str], stated: Stated) -> None:
    """The columns that are not read: mistaken names of ours, those of the standard that nothing needs, all others."""
    missing = [column for column in (*stated.table.columns, *VALIDITY) if column not in columns]
    unkept = {column.casefold() for column in stated.table.unkept}
    idle = [name for name in strangers.values() if name.casefold() in unkept]
    unknown: list[str] = []
    for place, name in strangers.items():
        column = "" if name.casefold() in unkept else meant(name, missing) or _time_of(name, missing, stated.table)
        if column:
            stated.blame(1, _visible(name), f"did you mean {column}?")
            stated.unsure = stated.unsure or column in VALIDITY
            stated.doubtful |= {place: column} if column in stated.table.narrows else {}
        elif name and name.casefold() not in unkept and not stated.only:
            unknown.append(name)
    for said, found in (("not kept, since nothing here needs them", idle), ("unknown columns are ignored", unknown)):
        if found:
            stated.warn(1, "", f"{said}: {', '.join(map(_visible, found[:20]))}; leave them out of the export")


def _time_of(name: str, missing: list[str], table: Table) -> str:
    """The column of validity that another word stands for where something is granted: unread, it would be for ever."""
    column = _TIMES.get("".join(letter for letter in name.casefold() if letter.isalnum()), "")
    return column if column in missing and table.roles == "approver_role" else ""


def _spoilt(cell: str) -> bool:
    """Whether the file's bytes were not UTF-8 here."""
    return any("\udc80" <= letter <= "\udcff" for letter in cell)


def _visible(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:40])


def _read_row(line: int, cells: list[str], columns: list[str], zone: ZoneInfo, stated: Stated) -> None:
    if any(cell.strip() for cell in cells[len(columns) :]):
        said = f"has {len(cells)} values, the header {len(columns)}; put a value that holds a comma between quotes"
        stated.drop(line, [Remark("", said)])
        return
    row: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column and column not in row:
            row[column] = cell
    broken = [column for column, cell in row.items() if not cell.isascii() and _spoilt(cell)]
    if broken:
        stated.drop(line, [Remark(column, "is not UTF-8; save the file as CSV UTF-8") for column in broken])
        return
    lost = _lost(cells, row, stated)
    if lost:
        stated.drop(line, lost)
        return
    remarks: list[Remark] = []
    fact = fact_of(stated.table, row, zone, remarks)
    if isinstance(fact, Fact):
        stated.add(line, fact)
        stated.remark(line, remarks)
    elif not _imply(line, row, fact, zone, stated):
        stated.drop(line, fact)


def _lost(cells: list[str], row: dict[str, str], stated: Stated) -> list[Remark]:
    """What a row says under a column that is not read and without which it would say more, or something else."""
    said = {place: cells[place].strip() for place in stated.doubtful if place < len(cells)}
    return [
        Remark(stated.doubtful[place], "is lost by the header, and without it the row would say more", value)
        for place, value in said.items()
        if value != row.get(stated.doubtful[place], "").strip()
    ]


def _imply(line: int, row: dict[str, str], bad: list[Remark], zone: ZoneInfo, stated: Stated) -> bool:
    """A row of which one word is lost that another column tells: it is kept with that word, in doubt, or contradicts
    another row, which is told instead. Whether it is such a row."""
    column, teller, word = stated.table.implied or ("", "", "")
    if row.get(teller, "").strip() and {one.column for one in bad} == {column}:
        fact = fact_of(stated.table, {**row, column: word}, zone)
        if isinstance(fact, Fact):
            if stated.add(line, fact):
                stated.doubt(fact, bad[0], ())
            return True
    return False

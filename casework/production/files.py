"""The files of a production, written row by row: CSV, Concordance load file, withholding index, reconciliation."""

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

import msgspec

from casework.production.production import Produced, Reconciliation
from casework.production.treatments import FIELDS
from documents.plain import guarded

CSV, DAT, INDEX, RECONCILIATION, LETTER = (
    *("production.csv", "production.dat", "withholding_index.csv", "reconciliation.json", "letter.pdf"),
)
COLUMNS = ("number", *FIELDS)
INDEX_COLUMNS = ("number", "date", "kind", "code", "explanation")
QUOTE, SEPARATOR, NEWLINE = "\N{LATIN SMALL LETTER THORN}", "\x14", "\N{REGISTERED SIGN}"  # as Concordance has them
_BETWEEN = f"{QUOTE}{SEPARATOR}{QUOTE}"
_STEP = 5_000  # rows between two words of progress
Progress = Callable[[str], None]


def write_rows(folder: Path, produced: Iterable[Produced], progress: Progress) -> None:
    """Write production.csv, production.dat and withholding_index.csv; memory does not grow with the rows."""
    with (
        (folder / CSV).open("w", encoding="utf-8", newline="") as table,
        (folder / DAT).open("w", encoding="utf-8-sig", newline="") as load,
        (folder / INDEX).open("w", encoding="utf-8", newline="") as index,
    ):
        rows, lines = csv.writer(table), csv.writer(index)
        rows.writerow(COLUMNS)
        lines.writerow(INDEX_COLUMNS)
        load.write(dat_line(COLUMNS))
        for one in _told(produced, progress):
            if one.cells is not None:
                rows.writerow(map(guarded, one.cells))
                load.write(dat_line(one.cells))
            lines.writerows(map(guarded, line) for line in one.left_out)


def write_reconciliation(folder: Path, counts: Reconciliation) -> None:
    """Write reconciliation.json; raises ValueError if a row is not counted in exactly one place."""
    if counts.responsive != counts.released + counts.redacted + counts.withheld + counts.duplicate:
        raise ValueError(f"the rows do not add up: {counts}")
    (folder / RECONCILIATION).write_bytes(msgspec.json.format(msgspec.json.encode(counts), indent=1) + b"\n")


def dat_line(cells: Iterable[str]) -> str:
    """One line of a load file: each cell between thorns, apart by 0x14; a new line inside a cell is `®`."""
    found = list(cells)
    together = "".join(found)
    if not (together.isascii() and together.isprintable()):
        found = list(map(_plain, found))
    return f"{QUOTE}{_BETWEEN.join(found)}{QUOTE}\r\n"


def dat_cells(line: str) -> list[str]:
    """The inverse, but for new lines."""
    return [cell.removeprefix(QUOTE).removesuffix(QUOTE) for cell in line.rstrip("\r\n").split(SEPARATOR)]


def _plain(cell: str) -> str:
    if cell.isascii() and cell.isprintable():
        return cell
    for sign, instead in (("\r\n", NEWLINE), ("\n", NEWLINE), ("\r", NEWLINE), (QUOTE, "th"), (SEPARATOR, " ")):
        cell = cell.replace(sign, instead)
    return cell


def _told(produced: Iterable[Produced], progress: Progress) -> Iterator[Produced]:
    for number, one in enumerate(produced, 1):
        if number % _STEP == 0:
            progress(f"{number:,} rows")
        yield one


def lines_of(file: IO[str]) -> Iterator[list[str]]:
    """The cells of each line of a load file."""
    return (dat_cells(line) for line in file)

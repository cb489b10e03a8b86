"""Rows of comma-separated values, read under the names of a heading or by position; quotes are doubled (RFC 4180)."""

import csv
from functools import lru_cache
from io import StringIO

from producers.envelopes.fields import Fields, collect
from producers.forms import BLANKS


def split_row(text: str, delimiter: str = ",") -> list[str]:
    """The cells of one row, blanks around them taken off; a row that breaks off within quotes gives what there is."""
    try:
        cells = next(csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:  # a cell of more than 128 KB
        return []
    return [cell.strip(BLANKS) for cell in cells]


@lru_cache(maxsize=256)
def names_of(heading: str, delimiter: str = ",") -> tuple[str, ...]:
    """The columns that a heading names, lower-case, with single blanks."""
    return tuple(" ".join(cell.lower().split()) for cell in split_row(heading.lstrip("\ufeff"), delimiter))


def read_row(text: str, names: tuple[str, ...], delimiter: str = ",") -> Fields:
    """The cells under their names. `broken` where the row has more or fewer cells than names, or ends within quotes."""
    cells = split_row(text, delimiter)
    broken = len(cells) != len(names) or text.count('"') % 2 == 1
    return collect(list(zip(names, cells, strict=False)), broken)

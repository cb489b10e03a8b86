"""W3C extended log file format: rows separated by blanks under the names of the last `#Fields:` line.

Strings with blanks stand in quotes; `-` means nothing; date and time are UTC.
Source: https://www.w3.org/TR/WD-logfile.html
"""

import re
from functools import lru_cache
from string import whitespace

from producers.envelopes.fields import Fields, collect

_CELL = re.compile(r'\s*+(?:"((?:[^"]++|"")*+)"(?=\s|$)|(\S++))', re.A)
FIELDS = "#Fields:"


def is_heading(record: bytes) -> bool:
    """Whether a record is a `#Fields:` line."""
    return record.startswith(b"#Fields:")


def is_directive(record: bytes) -> bool:
    """Whether a record is about the file, not of it: `#Software`, `#Version`, `#Fields` and the like."""
    return record.startswith(b"#")


@lru_cache(maxsize=256)
def names_of(heading: str) -> tuple[str, ...]:
    """The columns that a `#Fields:` line names."""
    return tuple(heading.removeprefix(FIELDS).split())


def read_row(text: str, names: tuple[str, ...]) -> Fields:
    """The cells under their names, without those that mean nothing. `broken` where their number is another."""
    pairs: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip(whitespace))
    cells = 0
    while position < end:
        match = _CELL.match(text, position)
        if not match:
            break
        value = match[2] if match[1] is None else match[1].replace('""', '"')
        if cells < len(names) and value != "-":
            pairs.append((names[cells], value))
        cells += 1
        position = match.end()
    return collect(pairs, broken=cells != len(names))

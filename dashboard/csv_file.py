"""Tables as CSV that a spreadsheet can be trusted with: what it would take for a formula is told to be text."""

import csv
import io
from collections.abc import Iterable, Sequence

# What makes spreadsheets calculate, also after blanks: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, CRLF, every cell quoted; None is empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([cell(name) for name in columns])
    writer.writerows([cell(value) for value in one] for one in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def cell(value: object) -> str:
    """A value as text; with an apostrophe before it where a spreadsheet would calculate. Numbers stay numbers."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else str(value)
    told = str(value).replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return f"'{told}" if told.lstrip(" \u00a0").startswith(_FORMULA) else told

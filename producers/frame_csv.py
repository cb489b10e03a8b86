"""Rows of CSV as records: a line end within quotes belongs to the cell, within bounds."""

import re

from producers.frame import Cut, Framer

LONGEST_ROW = 65_536  # bytes in which a quote must close; else it counts for nothing
# Possessive, so that nothing is tried twice: up to the first line end outside quotes.
_ROW = re.compile(rb'(?:[^"\n]++|"(?:[^"]++|"")*+")*+\n')
_BLANK = re.compile(rb"(?:\r?\n)++")


class CsvRows(Framer):
    """One row, one record. A quote that does not close costs its own line and no other."""

    def find(self, buffer: bytes, position: int, ended: bool) -> Cut | None:
        """See `Framer.find`."""
        if blank := _BLANK.match(buffer, position):
            return position, position, blank.end()
        row = _ROW.match(buffer, position, position + LONGEST_ROW)
        if row:
            return position, row.end() - 1, row.end()
        if len(buffer) - position < LONGEST_ROW and not ended:
            return None
        stop = buffer.find(b"\n", position, position + self.largest + 1)
        return (position, stop, stop + 1) if stop >= 0 else None

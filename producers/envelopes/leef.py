"""LEEF, QRadar's Log Event Extended Format: `LEEF:1.0|vendor|product|version|event|key=value<TAB>key=value`.

2.0 may name another delimiter in a part of its own: one character, or its code as `0x09` or `x5E`; left empty it is a
tab. Source: IBM, QRadar LEEF overview.
"""

import re

import msgspec

from producers.envelopes.fields import Fields, collect
from producers.forms import BLANKS

_CODE = re.compile(r"(?:0?x)([0-9A-Fa-f]{2,4})", re.A)
_NAME = re.compile(r"\s*+([A-Za-z_][\w.\-]{0,63}+) ?=", re.A)
_FIRST_END = re.compile(r"\t|\|(?=[A-Za-z_][\w.\-]{0,63}+ ?=)", re.A)


class Leef(msgspec.Struct, frozen=True, gc=False):
    """A LEEF record: its head, and its attributes as fields."""

    vendor: str
    product: str
    version: str
    event: str
    attributes: Fields


def read_leef(message: str) -> Leef | None:
    """The record, if `message` (behind any syslog head) begins with `LEEF:1` or `LEEF:2` and has a whole head."""
    if not message.startswith(("LEEF:1", "LEEF:2")):
        return None
    parts = message.split("|", 5)
    if len(parts) < 6:
        return None
    delimiter, rest = "\t", parts[5]
    if message.startswith("LEEF:2"):
        written, found, behind = rest.partition("|")
        if found and (len(written) <= 1 or _CODE.fullmatch(written)):
            delimiter, rest = _delimiter(written), behind
    elif (first := _FIRST_END.search(rest)) and first[0] == "|":  # senders of 1.0 that write what only 2.0 allows
        delimiter = "|"
    vendor, product, version, event = parts[1:5]
    return Leef(vendor, product, version, event, _attributes(rest, delimiter))


def _delimiter(written: str) -> str:
    code = _CODE.fullmatch(written)
    return chr(int(code[1], 16)) if code else written or "\t"


def _attributes(text: str, delimiter: str) -> Fields:
    pairs, broken = [], False
    for piece in text.split(delimiter):
        match = _NAME.match(piece)
        if match:
            pairs.append((match[1], piece[match.end() :].strip(BLANKS)))
        elif piece.strip():
            broken = True
    return collect(pairs, broken)

r"""`name=value name="value with blanks"`: what most firewalls write. A backslash escapes a quote and itself."""

import re

from producers.envelopes.fields import MOST_FIELDS, Fields, collect

# Possessive throughout, so that nothing is tried twice: one pass however hostile the text.
_PAIR = re.compile(
    r'\s*+([A-Za-z_][\w.\-/]{0,63}+)=(?:"((?:[^"\\]++|\\.)*+)"(?=[\s,;]|$)|([^\s"]*+)(?=\s|$))[,;]?', re.A | re.S
)
_ESCAPED = re.compile(r"\\(.)", re.S)


def read_key_values(text: str) -> Fields:
    """The fields of `text`; `broken` where anything in it is no field."""
    pairs: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end and len(pairs) <= MOST_FIELDS:
        match = _PAIR.match(text, position)
        if not match:
            return collect(pairs, broken=True)
        name, quoted, bare = match.groups()
        pairs.append((name, bare.rstrip(",;") if quoted is None else _unescape(quoted)))
        position = match.end()
    return collect(pairs, broken=position < end)


def _unescape(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text

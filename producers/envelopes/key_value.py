r"""`name=value name="value with blanks"`: what most firewalls write.

A backslash escapes a quote, a closing bracket (in structured data) and itself; before anything else it is a backslash,
because many firewalls write `user="DOMAIN\user"` as it is.
"""

import re

from producers.envelopes.fields import MOST_FIELDS, Fields, collect

# Possessive throughout, so that nothing is tried twice: one pass however hostile the text.
_FIELD = r'\s*+([A-Za-z_][\w.\-/]{0,63}+)=(?:"((?:[^"\\]++|\\.)*+)"(?=[\s,;]|$)|(BARE)(?=\s|$))[,;]?'
_PAIR = re.compile(_FIELD.replace("BARE", r'[^\s"]*+'), re.A | re.S)
_PAIR_OF_TWO_QUOTES = re.compile(_FIELD.replace("BARE", r"""'[^']*+'|[^\s"']*+"""), re.A | re.S)
_ESCAPED = re.compile(r'\\(["\\\]])')


def read_key_values(text: str, single_quotes: bool = False) -> Fields:
    """The fields of `text`; `broken` where anything in it is no field. Values may stand in `single_quotes`, too."""
    pairs: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    pattern = _PAIR_OF_TWO_QUOTES if single_quotes else _PAIR
    while position < end and len(pairs) <= MOST_FIELDS:
        match = pattern.match(text, position)
        if not match:
            return collect(pairs, broken=True)
        name, quoted, bare = match.groups()
        pairs.append((name, _bare(bare, single_quotes) if quoted is None else _unescape(quoted)))
        position = match.end()
    return collect(pairs, broken=position < end)


def _bare(text: str, single_quotes: bool) -> str:
    return text[1:-1] if single_quotes and text[:1] == "'" else text.rstrip(",;")


def _unescape(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text

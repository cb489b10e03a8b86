"""Text that only ever shows: nothing invisible in it, and no word too long for its line."""

import unicodedata

_LONGEST = 28  # letters of a word that may go without a place to break
_BREAK = "\N{ZERO WIDTH SPACE}"
# What makes spreadsheets calculate, also after blanks: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
_BLANKS = " \N{NO-BREAK SPACE}"
_DOUBTFUL = frozenset((*_FORMULA, *_BLANKS))


def visible(content: str) -> str:
    """Without characters that show nothing or turn the reading direction: they are written as escapes instead."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else _escape(letter) for letter in content)


def guarded(cell: str) -> str:
    """The cell of a table, with an apostrophe before it where a spreadsheet would calculate."""
    return f"'{cell}" if cell[:1] in _DOUBTFUL and cell.lstrip(_BLANKS).startswith(_FORMULA) else cell


def breakable(content: str) -> str:
    """The same text with places where a very long word may be broken."""
    return " ".join(_broken(word) for word in content.split(" "))


def lines(content: str, width: int) -> list[str]:
    """Text in lines of at most `width` columns of a fixed-width font, at blanks if it can be; nothing is lost."""
    found: list[str] = []
    for line in content.expandtabs(4).split("\n"):
        found += _wrapped(line, width)
    return found


def _wrapped(line: str, width: int) -> list[str]:
    found: list[str] = []
    rest = line
    while _columns(rest) > width:
        end = _fitting(rest, width)
        blank = rest.rfind(" ", width // 2, end)
        cut = blank + 1 if blank > 0 else end
        found.append(rest[:cut])
        rest = rest[cut:]
    return [*found, rest]


def _fitting(text: str, width: int) -> int:
    """How many letters fit into `width` columns; one at least."""
    columns = 0
    for number, letter in enumerate(text):
        columns += _columns(letter)
        if columns > width:
            return max(1, number)
    return len(text)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _broken(word: str) -> str:
    return _BREAK.join(word[n : n + _LONGEST] for n in range(0, len(word), _LONGEST)) if word else ""


def _escape(letter: str) -> str:
    return f"\\x{ord(letter):02x}" if ord(letter) < 256 else f"\\u{ord(letter):04x}"

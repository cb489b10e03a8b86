"""Free text and raw lines, word by word: what is not accounted for does not stand there any more.

Accounted for are: words of logs that name nobody, times of day, the event's own days and times, small numbers, numbers
that the event shows anyway, and what names the requested person. Everything else is replaced, in whatever language,
notation or encoding it is; so nothing has to be known to be bad.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address
from itertools import accumulate, pairwise

from casework.production.names import address_of, cards_within, exploded, is_outside, spelled, squeezed
from casework.production.people import People
from casework.production.treatments import log_words

_CHUNK = re.compile(r"""[^\s"'<>()\[\]{},;|=]+""")
_EDGES = ".:!?*-_/\\&%@#$+~^`"
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d{1,6})?)?")
_ZONE = re.compile(r"[+-](0\d|1[0-4]):?[0-5]\d|Z")
_PARTS = re.compile(r"[A-Za-z]+|\d+|[^A-Za-z\d]+")
_BROWSER = re.compile(r"(?:chrome|edg|opr|firefox|version|cros)/\d{1,3}(?:\.0){1,3}")  # no address ends so
_ESCAPED = re.compile(r"[%\\&#~^]\w")  # could be a letter in another notation
# A number over a line's end: an address in pieces.
_BROKEN = re.compile(r"(?<![\d.:])[\d.:]*\d[.:]*[\r\n]+[.:]*\d[\d.:]*")
_AS_IN_MAIL = re.compile(r"(?:=[0-9A-Fa-f]{2}){3,}")  # bytes as mail writes them: each could be a letter
_QUERY = re.compile(r"""\?[^\s"'<>]+""")
_ENGINES = frozenset({
    *("win64", "x64", "wow64", "x86_64", "arm64", "10.0"),
    *("mozilla/5.0", "applewebkit/537.36", "safari/537.36", "khtml", "http/1.0", "http/1.1", "http/2"),
})  # fmt: skip
_MOST_DIGITS = 4  # in a row of numbers that nothing explains; five could be a student's number in pieces
LEFT_OUT, SYSTEM, HOME = "\0", "\x01", "\x02"  # of the field's own kind; an inside system; where somebody lives
_BLANKS = str.maketrans(dict.fromkeys("\0\x01\x02\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029", " "))
_BLANKS_NOT_OURS = {sign: blank for sign, blank in _BLANKS.items() if sign != ord(LEFT_OUT)}
_GAP = r"""[\s"'<>()\[\]{},;|=\0\x01\x02]"""  # between numbers; also what was left out, for the rest may spell a name
_RUN = re.compile(rf"(?<![\w.:/+-])\d+(?:{_GAP}+(?:[.:_/+*-]+{_GAP}+)?\d+)+(?![\w.:/+-])")
_REPEATED = re.compile(r"([\0\x01\x02])(?:\s+\1)+")
_LONGEST = 64  # letters of a name
_PIECES = 6  # words over which a name may stand
_BIRTHDAY = re.compile(r"\d{1,2}([/-])\d{1,2}\1\d{1,2}")
# How an event's own times, days and numbers can look: digits, seconds with thousandths, something with a day in it.
_OF_AN_EVENT = re.compile(r"\d+(?:\.\d{3})?|\d.*[-/T:].*", re.ASCII)
_LIMIT = 200_000  # remembered words
_LONG = 300  # letters of a text that is remembered whole


class Accounts:
    """Which words of a text are accounted for."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._words = log_words()
        self._known: dict[str, str] = {}  # chunk → itself, or what stands for it
        self._wholes: dict[str, str] = {}  # the same of texts that look the same in every event
        self._leans = False  # whether the text that is looked at depends on its event

    def text(self, content: str, days: frozenset[str], numbers: frozenset[str]) -> str:
        """The text with `LEFT_OUT`, `SYSTEM` or `HOME` for what is left out.

        `days`: how the event's own days and times are written; `numbers`: what other cells of the row show anyway.
        """
        whole = self._wholes.get(content)
        if whole is not None:
            return whole
        given, content = content, _BROKEN.sub(LEFT_OUT, content.replace(LEFT_OUT, " "))
        content = content if content.isascii() and content.isprintable() else content.translate(_BLANKS_NOT_OURS)
        plain = _QUERY.sub("?\N{REPLACEMENT CHARACTER}", content) if "?" in content else content
        self._leans = False
        plain = _AS_IN_MAIL.sub(LEFT_OUT, plain) if "=" in plain else plain
        found = _CHUNK.sub(lambda match: self._chunk(match[0], days, numbers), plain)
        found, runs = _RUN.subn(lambda match: _short_run(match[0], numbers | days), found)
        found = self._without_names_over_words(found)
        said = _REPEATED.sub(r"\1", found)
        if not (self._leans or runs) and len(content) <= _LONG and len(self._wholes) < _LIMIT:
            self._wholes[given] = said
        return said

    def names_nobody(self, text: str) -> bool:
        """Whether a short text holds no name of anybody whom the request does not name."""
        plain = squeezed(text)
        others = self._people.others
        if plain in others or any(squeezed(word) in self._people.words for word in re.findall(r"[^\W\d_]+", text)):
            return False
        if any(word in others for word in map(squeezed, re.findall(r"[^\W_]+", text))):
            return False
        address = address_of(text)
        if any(card in others for card in cards_within(squeezed(exploded(address)) if address else plain)):
            return False
        return not self._holds(plain)

    def _holds(self, plain: str) -> bool:
        """Whether a squeezed text holds somebody's name of five signs or more."""
        ends, others = range(5, min(len(plain), _LONGEST) + 1), self._people.others
        return any(plain[n : n + size] in others for size in ends for n in range(len(plain) - size + 1))

    def hides(self, text: str, depth: int = 3) -> bool:
        """Whether it names somebody backwards, or spells somebody's name in another notation, or that in another."""
        plain = squeezed(text)
        if self._holds(plain[::-1]):
            return True
        return depth > 0 and any(not self.names_nobody(one) or self.hides(one, depth - 1) for one in spelled(text))

    def is_known_word(self, word: str) -> bool:
        """Whether it is one of the words of logs, and no name of anybody."""
        small = word.lower()
        return small in self._words and small not in self._people.words and small not in self._people.others

    def _without_names_over_words(self, text: str) -> str:
        """The text without names that stand over several of its words, from the begin of one to the end of another."""
        words = [(match.start(), match.end(), _plain(match[0])) for match in _CHUNK.finditer(text)]
        kept, done = [], 0
        for n in range(len(words) - 1):
            end = self._end_of_name(words[n : n + _PIECES])
            if end > done:
                kept += [text[done : max(done, words[n][0])], LEFT_OUT]
                done = end
        return "".join([*kept, text[done:]]) if kept else text

    def _end_of_name(self, words: list[tuple[int, int, str]]) -> int:
        """Where a name ends that begins with the first word and takes in others; 0 where none does."""
        joined, found = words[0][2], 0
        for _, end, more in words[1:] if joined else ():
            joined += more
            if joined in self._people.others or joined in self._people.words:
                found = end
        return found

    def _chunk(self, chunk: str, days: frozenset[str], numbers: frozenset[str]) -> str:
        known = self._known.get(chunk)
        if known is None:
            if len(self._known) >= _LIMIT:
                self._known.clear()
            known = self._known[chunk] = chunk if self._is_accounted(chunk) else self._left_out(chunk)
        if known == chunk or not _OF_AN_EVENT.fullmatch(chunk.strip(_EDGES)):
            return known
        self._leans = True
        return chunk if _is_of_the_event(chunk, days, numbers, self._people) else known

    def _left_out(self, chunk: str) -> str:
        """What stands for it, by what it looks like."""
        core = chunk.strip(_EDGES).lower()
        first = core.partition("/")[0].rpartition(":")[0] or core
        if plain := address_of(first) or (address_of(core) if first != core else ""):
            inside = SYSTEM if not is_outside(plain) else LEFT_OUT
            return HOME if plain in self._people.homes else inside
        return SYSTEM if self._people.is_system(core) else LEFT_OUT

    def _is_accounted(self, chunk: str) -> bool:
        if not chunk.isascii() or not chunk.isprintable() or _ESCAPED.search(chunk):
            return False
        core = chunk.strip(_EDGES)
        if not core:
            return True
        if _CLOCK.fullmatch(core) or _ZONE.fullmatch(chunk):
            return not self._people.others.intersection(re.findall(r"\d+", core))
        if core.lower() in self._people.spelled and self._is_own(core):
            return True
        usual = core.lower() in _ENGINES or _BROWSER.fullmatch(core.lower())
        return bool(usual and self.names_nobody(core)) or self._in_parts(core)

    def _is_own(self, core: str) -> bool:
        plain = squeezed(core)
        return plain not in self._people.others and plain not in self._people.words

    def _joined(self, parts: list[str]) -> bool:
        """Whether one of the words, or what reaches over several of them, names somebody else."""
        plain = [part.lower() for part in parts if part.isalnum()]
        return any(part in self._people.others for part in plain) or self.reaches_over(plain)

    def reaches_over(self, plain: list[str], least: int = 3) -> bool:
        """Whether somebody's name of `least` letters begins in one of these words (squeezed) and ends in another."""
        joined, edges = "".join(plain), set(accumulate(map(len, plain)))
        spans = ((n, end) for end in range(len(joined) + 1) for n in range(max(0, end - _LONGEST), end - least + 1))
        return any(
            joined[n:end] in self._people.others and any(n < edge < end for edge in edges)
            for n, end in spans
            if len(plain) > 1
        )

    def _in_parts(self, core: str) -> bool:
        """Known words and few small numbers, joined by punctuation."""
        parts = _PARTS.findall(core)
        numbers = [part for part in parts if part.isdigit()]
        words = [part for part in parts if part.isalpha()]
        if any(one.isalnum() and other.isalnum() for one, other in pairwise(parts)):
            return False  # letters and digits in one word: a user name, a host, a code
        if sum(map(len, numbers)) > _MOST_DIGITS or any(len(one) > 3 for one in numbers):
            return False
        if _is_address(core) or _BIRTHDAY.fullmatch(core):
            return False
        return all(map(self.is_known_word, words)) and not self._joined(parts)


def _plain(chunk: str) -> str:
    """A word squeezed; what stands for one that was left out stays, and is in no name."""
    return chunk if chunk in (LEFT_OUT, SYSTEM, HOME) else squeezed(chunk)


def days_of(*times: str) -> frozenset[str]:
    """How the days and instants of an event may be written: the day before and after, too, for other zones."""
    found: set[str] = set()
    for text in times:
        found |= _written(text)
    return frozenset(found)


_REMEMBERED: dict[str, frozenset[str]] = {}


def _written(text: str) -> set[str]:
    at = datetime.fromisoformat(text)
    seconds = str(int(at.timestamp()))
    instants = {seconds, f"{seconds}.{at.microsecond // 1000:03d}", f"{seconds}{at.microsecond // 1000:03d}"}
    day = text[:10]
    if day not in _REMEMBERED:
        _REMEMBERED[day] = frozenset(_days(at))
    return instants | _REMEMBERED[day]


def _days(at: datetime) -> Iterable[str]:
    for shift in (-1, 0, 1):
        day = at + timedelta(days=shift)
        for form in ("%Y-%m-%d", "%Y/%m/%d", "%d/%b/%Y", "%m/%d/%Y", "%m/%d/%y", "%d-%b-%Y", "%Y%m%d"):
            yield day.strftime(form)
        yield str(day.year)
        yield f"{day.month}/{day.day}/{day.year}"


def _is_of_the_event(chunk: str, days: frozenset[str], numbers: frozenset[str], people: People) -> bool:
    core = chunk.strip(_EDGES)
    if not core[:1].isdigit():
        return False
    if any(number in people.others for number in re.findall(r"\d+", core)):
        return False
    if core in days or core in numbers:
        return True
    day, separator, clock = core.partition("T") if "T" in core else core.partition(":" if "/" in core else " ")
    if not separator or day not in days:
        return False
    clock = _ZONE.sub("", clock) if not _CLOCK.fullmatch(clock) else clock
    return bool(_CLOCK.fullmatch(clock))


def _is_address(core: str) -> bool:
    try:
        ip_address(core)
    except ValueError:
        return False
    return True


def _short_run(run: str, shown: frozenset[str]) -> str:
    """Numbers in a row could be one long number in pieces, or the letters of a name."""
    strange = [number for number in re.findall(r"\d+", run) if number not in shown]
    return run if len(strange) < 3 and sum(map(len, strange)) <= _MOST_DIGITS else LEFT_OUT

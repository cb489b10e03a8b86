"""JSON objects as records: one per line, pretty-printed, in arrays, or in the list that a page is made of."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from producers.frame import Cut, Framer

# Possessive, so that nothing is tried twice; the next brace or line end outside strings is all Python sees.
_STEP = re.compile(rb'(?:[^"{}\n]++|"(?:[^"\\\n]++|\\[^\n])*+")*+')
_BETWEEN = re.compile(rb"(?:[\s,\[\]\0]|\xef\xbb\xbf)*")
# What the list of a page is called: Google `items`, Microsoft Graph `value`, Event Hub `records`, others `Records`.
_ITEMS = re.compile(rb'"(?:items|value|[rR]ecords)"\s*:\s*\[\s*$')
_OF_PAGE = b'"}'
_LOOK_BACK = 200
LONGEST_OBJECT = 1_000_000  # bytes; what has not closed by then is one record down to a line end, and is refused
DEEPEST = 500  # levels; what is nested deeper ends with its line
LONGEST_END = 65_536  # bytes of what may stand behind a page's list
_LISTS = frozenset({"items", "value", "records", "Records"})
_OPEN, _CLOSE, _LINE_END, _RETURN, _QUOTE = b'{}\n\r"'
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class JsonObjects(Framer):
    """One object, one record. A broken one ends where a line begins with `{"`: the damage stays within it."""

    _page: Literal["", "items", "closed", "rest"] = ""
    _seen = (-1, 0, 0)  # of the object that is not complete: its offset, how far it was looked at, and the depth there

    def find(self, buffer: bytes, position: int, ended: bool) -> Cut | None:
        """See `Framer.find`."""
        match = _BETWEEN.match(buffer, position)
        begin = match.end() if match else position
        if b"]" in buffer[position:begin]:
            self._page = "rest" if self._page == "items" else "closed"
        if begin > position:
            return begin, begin, begin
        if self._page == "closed":  # of an array, or of a page in whose midst we resumed
            self._page = "rest" if buffer[begin] in _OF_PAGE else ""
        if self._page == "rest":
            return self._page_end(buffer, begin)
        if buffer[begin] == _OPEN:
            return _one_line(buffer, begin, self.largest) or self._object(buffer, begin)
        stop = buffer.find(b"\n", begin, begin + self.largest)
        return (begin, stop, stop + 1) if stop >= 0 else None

    def _object(self, buffer: bytes, begin: int) -> Cut | None:
        limit = begin + min(self.largest, LONGEST_OBJECT)
        object_at, seen, depth = self._seen
        if object_at != self.offset + begin:
            seen = depth = 0
        for position in _steps(buffer, begin + seen, limit):
            if depth == 1 and _ITEMS.search(buffer, max(begin, position - _LOOK_BACK), position):
                self._page = "items"
                return position, position, position
            if buffer[position] == _LINE_END:
                return begin, position, position + 1
            depth += 1 if buffer[position] == _OPEN else -1
            if depth == 0:
                return begin, position + 1, position + 1
            if depth > DEEPEST:
                return _to_line_end(begin, buffer.find(b"\n", position, limit))
            seen = position + 1 - begin
        self._seen = self.offset + begin, seen, depth
        # No byte is looked at again: what was looked at in vain is one record.
        return _to_line_end(begin, buffer.rfind(b"\n", begin, limit)) if len(buffer) >= limit else None

    def _page_end(self, buffer: bytes, begin: int) -> Cut | None:
        depth = 1
        for position in _steps(buffer, begin, begin + LONGEST_END):
            depth += 1 if buffer[position] == _OPEN else -1
            if depth == 0 or buffer[position] == _LINE_END:
                self._page = ""
                return position + 1, position + 1, position + 1
        if len(buffer) - begin < LONGEST_END:
            return None
        self._page = ""  # the page broke off: what comes is records again
        return begin, begin, begin


def _one_line(buffer: bytes, begin: int, largest: int) -> Cut | None:
    """An object that is all of its line and no page, the usual case; None where it takes a closer look to tell."""
    stop = buffer.find(b"\n", begin, begin + largest)
    end = stop - 1 if stop > begin and buffer[stop - 1] == _RETURN else stop
    if stop < 0 or buffer[end - 1] != _CLOSE:
        return None
    try:
        members = _decode_members(memoryview(buffer)[begin:end])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return (begin, end, end) if _LISTS.isdisjoint(members) else None


def _to_line_end(begin: int, stop: int) -> Cut | None:
    return (begin, stop, stop + 1) if stop > begin else None


def _steps(buffer: bytes, position: int, limit: int) -> Iterator[int]:
    """Where braces stand outside strings, and where a line ends whose next begins with `{"`: a record broke off."""
    limit = min(limit, len(buffer))
    while position < limit and (match := _STEP.match(buffer, position, limit)):
        position = match.end()
        if position < limit and buffer[position] == _QUOTE:
            position = buffer.find(b"\n", position, limit) % (limit + 1)
        if position >= limit or (buffer[position] == _LINE_END and position + 2 >= len(buffer)):
            return  # what comes next decides
        if buffer[position] != _LINE_END or buffer.startswith(b'{"', position + 1):
            yield position
        position += 1

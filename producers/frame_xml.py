"""Windows events as records: `<Event>` elements over any number of lines and in any namespace prefix, or JSON lines."""

import re

from producers.frame import Cut, Framer

_BETWEEN = re.compile(rb"(?:[\s\0]++|\xef\xbb\xbf|<\?[^>]{0,500}\?>|</?(?:[\w.-]{1,64}:)?Events\b[^>]{0,2000}>)*+")
_EVENT = re.compile(rb"<((?:[\w.-]{1,64}:)?)Event(?=[\s>/])")
_EDGE = re.compile(rb"</((?:[\w.-]{1,64}:)?)Event\s*+>|<(?:[\w.-]{1,64}:)?Event(?=[\s>/])")
_LONGEST_TAG = 2100


class WindowsEvents(Framer):
    """One element or one line, one record. An element that never ends stops where the next begins."""

    def find(self, buffer: bytes, position: int, ended: bool) -> Cut | None:
        """See `Framer.find`."""
        match = _BETWEEN.match(buffer, position)
        begin = match.end() if match else position
        if begin > position:
            return begin, begin, begin
        if opened := _EVENT.match(buffer, begin):
            return self._element(buffer, begin, opened)
        if not ended and _may_be_a_tag(buffer, begin):
            return None
        stop = buffer.find(b"\n", begin, begin + self.largest)
        return (begin, stop, stop + 1) if stop >= 0 else None

    def _element(self, buffer: bytes, begin: int, opened: re.Match[bytes]) -> Cut | None:
        # Whatever its prefix, the next one's beginning ends this one: so no byte is searched twice.
        for found in _EDGE.finditer(buffer, opened.end(), begin + self.largest):
            if not found[0].startswith(b"</"):
                return begin, found.start(), found.start()
            if found[1] == opened[1]:
                return begin, found.end(), found.end()
        return None


def _may_be_a_tag(buffer: bytes, begin: int) -> bool:
    """Whether the wait for the rest of a tag is worth it: `<` and neither a priority nor a `>` yet."""
    head = buffer[begin : begin + _LONGEST_TAG]
    return head[:1] == b"<" and len(head) < _LONGEST_TAG and not head[1:2].isdigit() and b">" not in head

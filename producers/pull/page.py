"""A page of a vendor's answer: its records as the vendor wrote them, byte for byte, and what leads on. Pure."""

import re
from dataclasses import dataclass, replace
from typing import Any

import msgspec

_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode
_value = msgspec.json.Decoder().decode
MOST_RECORDS = 100_000  # of one page; the vendors give 1,000 or 2,000
MOST_MEMBERS = 1_000  # of the object around them
LARGEST_MEMBER = 65_536  # bytes of a link, a token or a count; unpacked, JSON takes up to thirty times its own size
# A string that never ends is one token, too: tried again from each quote in it, it would cost its length squared.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{},]', re.S)
_LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")


class NotAPage(ValueError):
    """An answer that is no page of the feed; the message says why."""


class _TooLarge:
    """What a member of an answer is to us that is larger than anything that leads on."""


TOO_LARGE = _TooLarge()


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: an address, and the parameters that come behind what the address says itself."""

    url: str
    params: tuple[tuple[str, str], ...] = ()

    def said(self, name: str) -> str | None:
        """A parameter's value."""
        return next((value for key, value in self.params if key == name), None)

    def having(self, name: str, value: str) -> "Ask":
        """The same question with one parameter anew."""
        return replace(self, params=(*((key, old) for key, old in self.params if key != name), (name, value)))


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `body` is the answer without its records, `TOO_LARGE` for what is too large to lead on; `link` (what is
    next) and `total` stand in its header."""

    asked: Ask
    records: list[bytes]
    body: Any
    link: str | None = None
    total: str = ""


def page_of(asked: Ask, content: bytes, records: tuple[str, ...], link: str | None = None, total: str = "") -> Page:
    """The page that an answer is. A list that is missing or null is empty: Google leaves it out.

    A line end between the tokens of a record becomes a blank, so that a record is a line. Raises `NotAPage`.
    """
    try:
        found, body = _taken(content, records)
        return Page(asked, [bytes(one).strip().translate(_LINE_ENDS) for one in found], body, link, total)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAPage(f"no page of records: {str(error)[:200]}") from error


def _taken(content: bytes | msgspec.Raw, path: tuple[str, ...]) -> tuple[list[msgspec.Raw], Any]:
    if not path:
        if _has_over(MOST_RECORDS, bytes(content)):
            raise NotAPage(f"over {MOST_RECORDS} records on one page; no vendor gives so many")
        return _items(content), None
    if _has_over(MOST_MEMBERS, bytes(content)):
        raise NotAPage(f"over {MOST_MEMBERS} members around the records; no vendor gives so many")
    members = _members(content)
    below = members.pop(path[0], msgspec.Raw(b"null"))
    rest: dict[str, Any] = {
        name: _value(one) if len(bytes(one)) <= LARGEST_MEMBER else TOO_LARGE for name, one in members.items()
    }
    if bytes(below).strip() == b"null":
        return [], rest
    found, rest[path[0]] = _taken(below, path[1:])
    return found, rest


def _has_over(most: int, content: bytes) -> bool:
    """Whether a list or an object has more members, without holding them: each takes many times its own size."""
    if content.count(b",") < most:
        return False
    depth = members = 0
    for token in _TOKEN.finditer(content):
        sign = token[0]
        if sign in (b"[", b"{"):
            depth += 1
        elif sign in (b"]", b"}"):
            depth -= 1
        elif sign == b"," and depth == 1:
            members += 1
            if members >= most:
                return True
    return False


def value_at(body: Any, path: tuple[str, ...]) -> Any:
    """What stands at `path`, None where nothing does. Raises `NotAPage` for what is too large to lead on."""
    for name in path:
        if body is TOO_LARGE:
            break
        body = body.get(name) if isinstance(body, dict) else None
    if body is TOO_LARGE:
        raise NotAPage(f"over {LARGEST_MEMBER} bytes where the next page should stand: {'.'.join(path)}")
    return body

"""The access-log formats squid ships with: native, common and combined, each as the fields it writes.

http://www.squid-cache.org/Doc/config/logformat/. A URL may hold blanks (`uri_whitespace allow`), so a line is anchored
at both its ends and the URL is what remains. What is bounded here is bounded so that no line can cost quadratic time.
"""

import re
from typing import NamedTuple

_NATIVE = re.compile(
    r"(\d{9,11})\.(\d{3}) +(-?\d+) (\S+) ([A-Z_]{1,40})/(\d{1,3}|-) (\d+) "
    r"(\S+) (.*) (\S+) ([A-Z_]{1,40})/(\S+) (\S+(?: ?;.*)?)",
    re.A | re.S,
)
_COMMON = re.compile(
    r"(\S+) (\S+) (.{1,256}?) \[(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})\] "
    r'"(\S+) (.*?)(?: HTTP/[\d.]+| [A-Z]+/\d\.\d)?" (\d{1,3}|-) (-?\d+|-) '
    r'(?:"((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)" )?([A-Z_]{1,40}):([A-Z_]{1,40})',
    re.A | re.S,
)
_CREDENTIALS = re.compile(rb"((?:Proxy-)?Authorization:|(?:Set-)?Cookie:)(?:(?!\\[rn]|%0[DdAa])[^\]\r\n])*", re.I)


class Line(NamedTuple):
    """A request as squid logged it; `second` and `milli` are text, `stamp` the local form of common logs."""

    client: str
    result: str
    status: str
    size: str
    method: str
    url: str
    user: str
    hierarchy: str
    peer: str
    second: str = ""
    milli: str = ""
    elapsed_ms: str = ""
    stamp: tuple[str, str, str, str, str] | None = None
    user_agent: str | None = None


def line_of(text: str) -> Line | None:
    """The line's fields, or None if it is in none of the formats."""
    return _native(text) or _native(_without_headers(text)) or _quoted(text) or _common(text)


def _native(text: str) -> Line | None:
    match = _NATIVE.fullmatch(text)
    if match is None:
        return None
    second, milli, elapsed, client, result, status, size, method, url, user, hierarchy, peer, _ = match.groups()
    return Line(client, result, status, size, method, url, user, hierarchy, peer, second, milli, elapsed)


def _quoted(text: str) -> Line | None:
    """Native with `"referer" "agent"` behind, the most common change to the logformat; cut off from the end."""
    rest, agent = _last_quoted(text)
    before, _ = _last_quoted(rest)
    line = _native(before) if before else None
    return line._replace(user_agent=_agent(agent)) if line else None


def _last_quoted(text: str) -> tuple[str, str]:
    """What stands before the last quoted field, and that field; two empty texts where there is none."""
    start = text.rfind(' "', 0, -1) if text.endswith('"') else -1
    return (text[:start], text[start + 2 : -1]) if start >= 0 else ("", "")


def _without_headers(text: str) -> str:
    """With `log_mime_hdrs on` two bracketed headers follow; they hold cookies and are nothing we read."""
    start = text.find(" [") if text.endswith("]") else -1
    return text[:start] if start > 0 else text


def _common(text: str) -> Line | None:
    match = _COMMON.fullmatch(text)
    if match is None:
        return None
    client, ident, user, *stamp, method, url, status, size, _, agent, result, hierarchy = match.groups()
    return Line(
        client, result, status, size, method, url, user if user != "-" else ident, hierarchy, "-",
        stamp=(stamp[0], stamp[1], stamp[2], stamp[3], stamp[4]), user_agent=_agent(agent),
    )  # fmt: skip


def _agent(written: str | None) -> str | None:
    if written is None or written in ("", "-"):
        return None
    return written.replace('\\"', '"').replace("\\\\", "\\")


def strike_headers(record: bytes) -> bytes:
    """The record without the credentials and cookies of headers that `log_mime_hdrs on` appends."""
    return _CREDENTIALS.sub(rb"\1***", record) if record.rstrip().endswith(b"]") else record

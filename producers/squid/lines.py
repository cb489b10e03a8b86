"""The access-log formats squid ships with: native, common and combined, each as the fields it writes.

http://www.squid-cache.org/Doc/config/logformat/. Fields are taken by their position, from the left: what stands behind
the URL (agent, referer, the server's content type) can shift nothing before it. Squid writes a user with its blanks
and quotes but without brackets (`QuoteMimeBlob` of its source), a URL with blanks where `uri_whitespace` lets it.
"""

import re
from typing import NamedTuple

_HEAD = r"(\d{9,11})\.(\d{3}) +(-?\d{1,18}) (\S+) ([A-Z_]{1,40})/(\d{1,3}|-) (\d+) (\S+) "
_PLAIN = re.compile(_HEAD + r"(\S+) (\S+) ([A-Z_]{1,40})/(\S+) (\S+)", re.A)
_BEFORE_URL = re.compile(_HEAD, re.A)
_HIERARCHY = re.compile(r" ([A-Z][A-Z_]{2,39})/(\S+) (\S.*)?", re.A | re.S)
_TYPE = re.compile(r"(\S+)( ?;[^\"\[]*)?(?: \[.*\]| \"(?P<quoted>.*)\")?", re.A | re.S)
_BEFORE_REQUEST = re.compile(
    r"(\S+) (\S+) ([^\[\]\"]{1,256}) "
    r"\[(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})\] \"(\S+) ",
    re.A,
)
_REQUEST_END = re.compile(r"\" (\d{1,3}|-) (-?\d+|-) ", re.A)
_VERSION = re.compile(r" [A-Z]{1,10}/\d(?:\.\d)?", re.A)
_COMMON_END = re.compile(r"([A-Z_]{1,40}):([A-Z_]{1,40})", re.A)
_CREDENTIALS = re.compile(rb"((?:Proxy-)?Authorization:|(?:Set-)?Cookie:)(?:(?!\\[rn]|%0[DdAa])[^\]\r\n])*", re.I)


class Line(NamedTuple):
    """A request as squid logged it; `second` and `milli` are text, `stamp` the local form of common logs.

    `certain` says that the user is not perhaps the end of a URL with blanks, nor what an ident client said.
    """

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
    certain: bool = True


def line_of(text: str) -> Line | None:
    """The line's fields, or None if it is in none of the formats or can be read in two ways."""
    if match := _PLAIN.fullmatch(text):
        second, milli, elapsed, client, result, status, size, method, url, user, hierarchy, peer, _ = match.groups()
        return Line(client, result, status, size, method, url, user, hierarchy, peer, second, milli, elapsed)
    match = _BEFORE_URL.match(text)
    return _native(match, text) if match else _common(text)


def _native(match: re.Match[str], text: str) -> Line | None:
    """A line with blanks in its URL, user or content type, or with referer and agent or headers behind it."""
    second, milli, elapsed, client, result, status, size, method = match.groups()
    found = _HIERARCHY.search(text, match.end())
    if found is None or found[3] is None or _HIERARCHY.search(text, found.end(2)):
        return None  # without an end, or with two: a URL, a user or a server's content type that imitates one
    url, blank, user = text[match.end() : found.start()].rpartition(" ")
    kind = _TYPE.fullmatch(found[3])
    if kind is None or not blank:
        return None
    return Line(
        client, result, status, size, method, url, user, found[1], found[2], second, milli, elapsed,
        user_agent=_agent(kind["quoted"]), certain=" " not in url,
    )  # fmt: skip


def _common(text: str) -> Line | None:
    """Common and combined: up to the request from the left, result and hierarchy from the right."""
    match = _BEFORE_REQUEST.match(text)
    end = _REQUEST_END.search(text, match.end() - 1) if match else None
    quoted, _, last = text[end.end() :].rpartition(" ") if end else ("", "", "")
    verdict = _COMMON_END.fullmatch(last)
    if match is None or end is None or verdict is None or (quoted and not _is_quoted(quoted)):
        return None
    client, ident, user, day, month, year, clock, offset, method = match.groups()
    return Line(
        client, verdict[1], end[1], end[2], method, _without_version(text[match.end() : end.start()]),
        user if user != "-" else ident, verdict[2], "-", stamp=(day, month, year, clock, offset),
        user_agent=_agent(quoted[1:-1]), certain=user not in ("-", ident),
    )  # fmt: skip


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == '"' and '" "' in text


def _without_version(request: str) -> str:
    url, blank, version = request.rpartition(" ")
    return url if blank and _VERSION.fullmatch(blank + version) else request


def _agent(quoted: str | None) -> str | None:
    """The agent of `referer" "agent`; older builds escape a quote in it, newer ones do not."""
    written = quoted.partition('" "')[2] if quoted else ""
    if written in ("", "-"):
        return None
    return written.replace('\\"', '"').replace("\\\\", "\\")


def strike_headers(record: bytes) -> bytes:
    """The record without the credentials and cookies of headers that `log_mime_hdrs on` appends."""
    return _CREDENTIALS.sub(rb"\1***", record) if record.rstrip().endswith(b"]") else record

"""Secrets that stand in records, struck out (`***`) before anything reads, hashes or keeps the record."""

import re
from functools import lru_cache

STRUCK = b"***"

_IN_AUTHORITY = re.compile(rb"(://[^\s/?#:@\"'<>]*:)[^\s/?#\"'<>]*@")
# It begins with one character of a set, and only then asks which: so `re` looks for the set, four times as fast.
_IN_QUERY = re.compile(
    rb"([?&;\\%](?:(?<=[?&;])|(?<=\\)u0026|(?<=%)26|(?<=%)3f)(?:[a-z]+[_-])?"
    rb"(?:password|passwd|passphrase|pass|pwd|token|secret|api[_-]?key|apikey|assertion|authorization)"
    rb"(?:=|%3d))[^&\s\"'#;<>\\]*",
    re.I,
)
# Where there is no such word before a `=`, that search is spared: `re` finds the `=` first, many times as fast.
_ASSIGNED = re.compile(
    rb"=(?:(?<=password=)|(?<=passwd=)|(?<=passphrase=)|(?<=pass=)|(?<=pwd=)|(?<=token=)|(?<=secret=)|(?<=key=)"
    rb"|(?<=assertion=)|(?<=authorization=))",
    re.I,
)


def strike(record: bytes, fields: tuple[str, ...] = ()) -> bytes:
    """The record without passwords in URLs (`user:pass@`, `?token=`) and without the values of `fields`.

    A field is found as `name=value`, `name="value"`, `"name": "value"` and `<Data Name="name">value</Data>`.
    """
    if b"@" in record and b"://" in record:
        record = _IN_AUTHORITY.sub(rb"\1***@", record)
    if b"%3" in record or (b"?" in record and _ASSIGNED.search(record)):
        record = _IN_QUERY.sub(rb"\1***", record)
    return _named(fields).sub(_blank, record) if fields else record


@lru_cache(maxsize=64)
def _named(fields: tuple[str, ...]) -> re.Pattern[bytes]:
    names = b"|".join(re.escape(field.encode()) for field in fields)
    return re.compile(
        rb'("(?:%(n)s)"\s*:\s*")((?:[^"\\]|\\.)*)'
        rb'|(\b(?:%(n)s)\s*[:+]?=\s*")([^"]*)'
        rb"|(\b(?:%(n)s)=)([^\s\",;&]+)"
        rb'|(<(?:\w+:)?Data\s+Name=["\'](?:%(n)s)["\']\s*>)([^<]*)' % {b"n": names},
        re.I | re.S,
    )


def _blank(match: re.Match[bytes]) -> bytes:
    head = next(group for group in match.groups() if group is not None)
    return head + STRUCK

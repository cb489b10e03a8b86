"""What stands before `%ASA-`: priority, time with or without year and zone, host, or none of them; relays before it."""

import re
from functools import lru_cache

from producers.product import Context
from producers.syslog import take_priority, take_time
from producers.times import UTC_WORDS, At

Opened = tuple[str | None, str, str | None, str | None]
"""Time, its quality, host, and a relay's own stamp."""

LONGEST_HEAD = 400
_MOST_WORDS = 2  # a zone and a host, or a host and a program
_MODERN = 5  # fields of RFC 5424 behind the time
_ZONE = re.compile(r"[A-Z]{2,5}|[+-]\d\d:?\d\d|Z", re.A)
_HOST_FIRST = re.compile(r"(?:\d{1,10}: )?([^\s:]{1,255}): ", re.A)
_PROGRAM = re.compile(r"(?:cisco)?(?:asa|ftd|pix)|[\w-]{1,48}\[\d{1,10}\]", re.A | re.I)
_SECOND_HEAD = re.compile(r"(?<=[ :])(?=<\d{1,3}>)", re.A)


def open_head(text: str, context: Context) -> Opened | None:
    """The head of a line, None where `text` is more than one. Lines of one second share it, so it is remembered."""
    return _opened(text, context) if len(text) <= LONGEST_HEAD else None


def _open(text: str, context: Context) -> Opened | None:
    outer, inner = None, text
    if split := _SECOND_HEAD.search(text, 1):
        outer, relay = take_time(take_priority(text[: split.start()])[1].removeprefix("1 "), context)
        inner = text[split.start() :]
        if len(_words(relay)) > _MOST_WORDS:
            return None
    at, words = _read(inner, context)
    if len(words) > _MOST_WORDS:  # somebody's words: the message is quoted in another program's
        return None
    received_at = outer[0] if outer and outer[1] == "exact" else None
    return at[0] if at else None, at[1] if at else "received", words[-1] if words else None, received_at


def _read(text: str, context: Context) -> tuple[At | None, list[str]]:
    """The time, and the words behind it that are neither time nor zone: the host, or nothing."""
    _, rest = take_priority(text)
    modern = rest.startswith("1 ")
    rest = rest.removeprefix("1 ").removeprefix(": ")
    at, after = take_time(rest, context)
    words = _words(after)
    if at is None:
        return _behind_host(rest, context) or (None, words)
    if modern:  # RFC 5424: host, program, process, message id, data; `-` where there is none
        fields = after.removesuffix(" ").removesuffix(":").split()
        return at, words if len(fields) > _MODERN else words[:1] if fields[:1] == words[:1] else []
    if len(words) > 1 and (nested := _behind_relay(after, words[0], context)):
        return nested
    if words and _is_zone(words, rest, context):
        return take_time(rest, context, words[0])[0], words[1:]
    return at, words


def _behind_relay(after: str, relay: str, context: Context) -> tuple[At, list[str]] | None:
    """`time relay time [host]`: the sender's own time, and its host, else what the relay calls it."""
    stamp = after.strip().partition(" ")[2].lstrip(" :")
    at, rest = take_time(stamp, context)
    words = _words(rest)
    if at and words and _ZONE.fullmatch(words[0]):  # the relay has named the host
        at, words = take_time(stamp, context, words[0])[0], words[1:]
    return (at, words or [relay]) if at else None


def _behind_host(rest: str, context: Context) -> tuple[At, list[str]] | None:
    """`[number: ]host: time`, as IOS does it."""
    match = _HOST_FIRST.match(rest)
    at, after = take_time(rest[match.end() :], context) if match else (None, "")
    return (at, [*_words(after), match[1]]) if match and at else None


def _words(text: str) -> list[str]:
    """What stands between blanks and colons, without the program's name that a relay puts behind the host."""
    words = [word for word in (part.strip(":") for part in text.split()) if word not in ("", "-")]
    return words[:-1] if len(words) > 1 and _PROGRAM.fullmatch(words[-1]) else words


def _is_zone(words: list[str], rest: str, context: Context) -> bool:
    """`EST edge` and `UTC:` behind the time name a zone; a lone `EDGE` only if the source's zone is called so."""
    if not _ZONE.fullmatch(words[0]):
        return False
    if len(words) > 1 or words[0] in UTC_WORDS or not words[0].isalpha():
        return True
    at, _ = take_time(rest, context, words[0])
    plain, _ = take_time(rest, context)
    return at is not None and plain is not None and (at != plain or at[1] == "exact")


_opened = lru_cache(maxsize=8192)(_open)

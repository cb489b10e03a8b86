"""Syslog heads, RFC 3164, RFC 5424 and what senders make of them: a line in, its head and its message out."""

import re

import msgspec

from model.event import Category, Event, TimeQuality
from producers.product import Context
from producers.times import MONTHS, At, at_epoch, at_iso, at_local, at_stamp

DEEPEST = 3  # heads within heads: two relays and the sender

_COUNT = re.compile(r"\d{1,7} (?=<\d{1,3}>)", re.A)
_PRIORITY = re.compile(r"<(\d{1,3})> ?", re.A)
_BSD = re.compile(
    r"[*.:]?([A-Z][a-z]{2},? )?([A-Z][a-z]{2}) +(\d{1,2})(?: (\d{4}))?,? "
    r"(\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(?(1)(?: (\d{4})\b)?)",  # the year stands last where a weekday stands first
    re.A,
)
_YEAR_FIRST = re.compile(r"(\d{4}) ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)", re.A)  # some FTD
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?", re.A)
_VERSION_1 = re.compile(r"1 (?=(?:-|\d{4}-\d\d-\d\dT|\d{9,}))", re.A)
_FIVE = re.compile(r"(\S+) (\S+) (\S+) (\S+) ", re.A)
_STRUCTURED = re.compile(r'(?:\[(?:[^\]"\\]|\\.|"(?:[^"\\]|\\.)*+")*+\])++')
_HOST_TAG = re.compile(r"(\[[0-9a-fA-F:.%]+\]|[^\s\[\]]+?):? ([^\s:\[\]]{1,64})(?:\[([^\]\s]{0,32})\]|\])?: ?")
_TAG = re.compile(r"([^\s:\[\]]{1,64})(?:\[([^\]\s]{0,32})\]|\])?: ?")
_NESTED = re.compile(
    r"([^\s<]+?):? (?=<\d{1,3}>|1 \d{4}-\d\d-\d\dT|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:)", re.A
)
_UNTIMED: tuple[None, TimeQuality] = (None, "received")
_REPEATED = re.compile(r"message repeated (\d{1,9}) times: \[ ?(.*?)\]?$", re.A | re.S)


class Head(msgspec.Struct, gc=False):
    """What a head says. `received_at` is a relay's own stamp, where it put a head of its own before the sender's."""

    message: str
    at: str | None = None
    quality: TimeQuality = "received"
    host: str | None = None
    tag: str | None = None
    pid: str | None = None
    priority: int | None = None
    received_at: str | None = None


def open_head(text: str, context: Context, depth: int = DEEPEST) -> Head | None:
    """The head of a line and its message; None where the line has neither a priority nor a time."""
    priority, rest = take_priority(text)
    if match := _VERSION_1.match(rest):
        head = _open_5424(rest[match.end() :], context)
    else:
        at, after = take_time(rest, context)
        if at is None and priority is None:
            return None
        after = after.lstrip(" ").removeprefix(": ").lstrip(" ")
        head = _nested(at, after, context, depth) or _open_3164(at, after)
    if head.priority is None:
        head.priority = priority
    return head


def bare(text: str, tags: frozenset[str]) -> Head:
    """A line whose head a collector took away: whole, or all but `host tag[pid]:`, the tag being one of `tags`."""
    text = text.strip(" \r\n\0\ufeff")
    head = _open_3164(None, text)
    return head if head.tag and head.tag.rpartition("/")[2] in tags else Head(text)


def whole_head(before: str, context: Context) -> Head | None:
    """The head that all of `before` is, an empty one where nothing stands there; None where other words stand there.

    For a record that begins by a mark: what a client wrote may hold the mark, too.
    """
    head = open_head(f"{before.rstrip()} -", context) if before.strip() else Head("-")
    return head if head and head.message in ("", "-") else None


def is_by(head: Head | None, *programs: str) -> bool:
    """Whether a head names no program, or one whose name begins with one of `programs` (lower-case).

    Anybody who has an account on a computer behind the same relay may write a vendor's words into its log (logger(1)),
    and a program may log what a stranger sent it.
    """
    return head is None or head.tag is None or head.tag.lower().startswith(programs)


def take_priority(text: str) -> tuple[int | None, str]:
    """The `<PRI>` (after an octet count, before a blank, or absent) and the rest, without what trails a datagram."""
    text = text.strip(" \r\n\0\ufeff")
    if text[:1].isdigit() and (match := _COUNT.match(text)):
        text = text[match.end() :]
    if text[:1] == "<" and (match := _PRIORITY.match(text)):
        return int(match[1]), text[match.end() :]
    return None, text


def take_time(text: str, context: Context, word: str = "") -> tuple[At | None, str]:
    """The time at the beginning of `text` in any of its spellings, and the rest; `word` is a zone found elsewhere."""
    if text[:1].isdigit():
        if match := _ISO.match(text):
            at = at_iso(match[0], context.timezone)
        elif match := _YEAR_FIRST.match(text):
            at = _dated(match[2], match[3], match[1], match[4], context, word)
        else:
            return None, text
        return (at, text[match.end() :]) if at else (None, text)
    match = _BSD.match(text)
    if not match:
        return None, text
    _, month, day, year_before, clock, year_after = match.groups()
    return _dated(month, day, year_before or year_after, clock, context, word), text[match.end() :]


def _dated(month: str, day: str, year: str | None, clock: str, context: Context, word: str) -> At | None:
    if year is None:
        return at_stamp(month, day, clock, context, word)
    number = MONTHS.get(month.lower())
    return at_local(int(year), number, int(day), clock, context.timezone, word) if number else None


def _open_5424(text: str, context: Context) -> Head:
    stamp, _, rest = text.partition(" ")
    match = _FIVE.match(rest + " ")
    at = at_iso(stamp, context.timezone) or at_epoch(stamp)
    if not match:
        return Head(rest, *(at or _UNTIMED))
    host, tag, pid, _ = (None if part == "-" else part for part in match.groups())
    message = rest[match.end() :]
    if message.startswith("["):
        found = _STRUCTURED.match(message)
        message = message[found.end() :] if found else message
    elif message.startswith("-"):
        message = message[1:]
    message = message.lstrip(" ").removeprefix("\ufeff")
    time, quality = at or _UNTIMED
    return Head(message, time, quality, host, tag, pid)


def _open_3164(at: At | None, rest: str) -> Head:
    time, quality = at or _UNTIMED
    if match := _HOST_TAG.match(rest):
        host = match[1].strip("[]")
        return Head(rest[match.end() :], time, quality, host=host, tag=match[2], pid=match[3])
    if match := _TAG.match(rest):
        return Head(rest[match.end() :], time, quality, tag=match[1], pid=match[2])
    host, _, message = rest.partition(" ")
    if at is None or not message or host == "last":
        return Head(rest, time, quality)
    return Head(message, time, quality, host=host)


def _nested(at: At | None, rest: str, context: Context, depth: int) -> Head | None:
    """The sender's own head where a relay put another before it: the sender's time and host count."""
    match = _NESTED.match(rest) if depth > 1 else None
    inner = open_head(rest[match.end() :], context, depth - 1) if match else None
    if inner is None or match is None:
        return None
    if at and at[1] == "exact" and inner.received_at is None:
        inner.received_at = at[0]
    inner.host = inner.host or match[1]
    return inner


def repeated(message: str) -> tuple[int, str]:
    """How often rsyslog says the message in `message repeated 2 times: [ ... ]` came again, and that message."""
    match = _REPEATED.match(message)
    return (int(match[1]), match[2]) if match else (1, message)


def event_of(head: Head, product: str, category: Category, action: str) -> Event:
    """An event with what the head says: when, and which machine logged it."""
    return Event(
        product=product,
        category=category,
        action=action,
        occurred_at=head.at,
        received_at=head.received_at,
        time_quality=head.quality,
        reporter=head.host,
    )

"""A record of SFOS (`device="SFW" date=... log_id=...`) or of UTM (`2026:03:04-08:00:05 host httpproxy[1]: ...`)."""

import re

from model.event import Event
from producers import forms
from producers.envelopes.key_value import read_key_values
from producers.product import Context, Parsed, Refusal
from producers.sophos.sfos import read_sfos
from producers.sophos.utm import PROGRAMS, READERS
from producers.syslog import open_head
from producers.times import at_local

_LONGEST = 65_536
_SFOS = re.compile(
    r"(?:^|(?<=[\s>:]))(?:device(?:_name)?=\"[^\"]{0,128}\" (?:date|timestamp)="
    r"|timestamp=\"[^\"]{10,40}\" device_(?:model|serial_id)=)",
    re.A,
)
# A record of UTM whose own head a collector took away.
_HEADLESS = re.compile(
    r"(?:^|(?<=[\s>:]))id=\"\d{4}\" severity=\"\w{1,16}\" sys=\"\w{1,32}\" sub=\"(?P<sub>\w{1,32})\" name=\"", re.A
)
# The administrator's words, which SFOS writes without quotes; within quotes the same may be a client's words.
_BLANKS = re.compile(
    r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|(?<= )(?P<name>site_category=|branch_name=)(?P<words>[^"=]{1,128})(?= \w{1,32}=)',
    re.A | re.S,
)
_UTM = re.compile(
    r"(?:^|(?<=[\s>]))(?P<year>\d{4}):(?P<month>\d\d):(?P<day>\d\d)-(?P<clock>\d\d:\d\d:\d\d) (?P<host>[\w.-]{1,128}) "
    r"(?P<program>[\w-]{1,32})(?:\[\d{1,10}\])?: ",
    re.A,
)
_EXPECTED = 'no record of Sophos: expected `device_name="…" timestamp=…`, or UTM\'s `2026:03:04-08:00:05 …`'
_MOST_BEFORE = 300  # characters of a relay's head


def parse(record: bytes, context: Context) -> Parsed:
    """One record as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    event = Event(product="sophos", category="proxy", action="record.unrecognised", time_quality="received")
    if (begin := _SFOS.search(text, 0, _MOST_BEFORE)) and _is_head(text[: begin.start()], context, event):
        fields = read_key_values(_BLANKS.sub(_quoted, text[begin.start() :]))
        read_sfos(event, fields, context, whole=not forms.is_cut(record))
        return [event]
    line = _UTM.search(text, 0, _MOST_BEFORE)
    if line is None:
        return _headless(text, context, event, whole=not forms.is_cut(record))
    if not _is_head(text[: line.start()], context, event):
        return Refusal(_EXPECTED)
    at = at_local(int(line["year"]), int(line["month"]), int(line["day"]), line["clock"], context.timezone)
    event.occurred_at, event.time_quality = at or (event.occurred_at, event.time_quality)
    event.reporter = line["host"]
    reader = READERS.get(line["program"])
    if reader and not forms.is_cut(record):
        reader(event, text[line.end() :].strip())
    return [event]


def _headless(text: str, context: Context, event: Event, whole: bool) -> Parsed:
    begin = _HEADLESS.search(text, 0, _MOST_BEFORE)
    if begin is None or not _is_head(text[: begin.start()], context, event, *READERS):
        return Refusal(_EXPECTED)
    reader = READERS.get(PROGRAMS.get(begin["sub"], ""))
    if reader and whole:
        reader(event, text[begin.start() :])
    return [event]


def _quoted(found: re.Match[str]) -> str:
    return f'{found["name"]}"{found["words"]}"' if found["name"] else found[0]


def _is_head(before: str, context: Context, event: Event, *programs: str) -> bool:
    """Whether nothing but a head stands before the record; the name of a program other than these is none."""
    before = before.rstrip()
    if not before:
        return True
    head = open_head(f"{before} -", context)
    if head is None or head.tag not in (None, *programs) or head.message != "-":
        return False
    event.occurred_at, event.time_quality, event.reporter = head.at, head.quality, head.host
    return True

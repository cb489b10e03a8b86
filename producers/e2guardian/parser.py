"""E2guardian's access log, each field by its place: formats 1 (own), 2 (CSV), 4 (tabs), and 5 to 8 (Protex, tabs).

https://github.com/e2guardian/e2guardian, e2guardian.conf `logfileformat`, and src/AccessLogger.cpp.
"""

import re

from model.event import Event
from producers import forms
from producers.envelopes.csv_rows import split_row
from producers.product import Context, Parsed, Refusal
from producers.syslog import is_by, open_head
from producers.times import At, at_epoch, at_local

_LONGEST = 65_536
_PROGRAMS = ("e2guardian", "dansguardian")
_WHEN = r"(?P<year>\d{4})\.(?P<month>\d{1,2})\.(?P<day>\d{1,2}) (?P<clock>\d{1,2}:\d\d:\d\d)"
_TIME = re.compile(_WHEN, re.A)
_NAMES = ("when", "who", "from", "where", "what", "how", "size", "weight", "category", "group", "code", "type",
          "client", "group_name", "agent")  # fmt: skip
_FEWEST, _MOST = 12, 19  # cells: later versions add the client's name, the group's, the agent and more
_NUMBERS = ("size", "weight", "group", "code")
_PROTEX = ("epoch", "server", "who", "from", "client", "where", "how", "code", "size", "type", "agent", "result",
           "duration", "peer", "message", "what", "weight", "category", "group_name", "group")  # fmt: skip
_PROTEX_MOST = 22  # formats 7 and 8 add the search's terms and flags
_PROTEX_NUMBERS = (*_NUMBERS, "duration", "message")
_EPOCH = re.compile(r"\d{9,11}\.\d{3}", re.A)
# The own format has blanks between its fields and within `what` and the category: only a line that can be read in one
# way has a method, two numbers, then a category, the number of the group and the code.
_OWN = re.compile(
    _WHEN
    + r" (?P<who>\S{1,256}) (?P<from>\S{1,64}) (?P<where>[A-Za-z][A-Za-z0-9+.-]{0,15}://\S{1,16384}) (?P<what>.*?) ?"
    r"(?P<how>[A-Z]{3,10}) (?P<size>\d{1,19}) (?P<weight>-?\d{1,9}) (?P<category>.*?) ?"
    r"(?P<group>\d{1,4}) (?P<code>\d{1,3}) (?P<type>\S{1,256})(?: .*)?",
    re.A | re.S,
)
# DansGuardian up to 2.8 ends behind the size.
_SHORT = re.compile(
    _WHEN + r" (?P<who>\S{1,256}) (?P<from>\S{1,64}) (?P<where>[A-Za-z][A-Za-z0-9+.-]{0,15}://\S{1,16384}) "
    r"(?P<what>(?:\*.*?)?) ?(?P<how>[A-Z]{3,10}) (?P<size>\d{1,19})",
    re.A | re.S,
)
_METHOD_AND_SIZE = re.compile(r" [A-Z]{3,10} \d{1,19} -?\d{1,9} ", re.A)
_REFUSALS = ("*DENIED*", "*INFECTED*")


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = forms.decode(record).strip(" \r\n\0\ufeff") if len(record) <= _LONGEST else ""
    event = Event(product="e2guardian", category="proxy", action="record.unrecognised", time_quality="received")
    fields = _fields(text)
    if fields is None:
        head = open_head(text, context)
        if head is None:
            return Refusal("no line of E2guardian: expected `2026.3.4 8:00:05 user address url ...`, CSV or tabs")
        event.occurred_at, event.time_quality, event.reporter = head.at, head.quality, head.host
        fields = _fields(head.message.strip(forms.BLANKS)) if head.tag and is_by(head, *_PROGRAMS) else None
    if fields:
        event.occurred_at, event.time_quality = _at(fields, context) or (event.occurred_at, event.time_quality)
        if not forms.is_cut(record):
            _read(event, fields)
    return [event]


def _fields(text: str) -> dict[str, str] | None:
    if text[:1] == '"' and text[1:2].isdigit():
        return _cells(split_row(text), text.count('"') == 2 * text.count('","') + 2)
    if "\t" in text[:32]:
        cells = text.split("\t")
        return _protex(cells) if _EPOCH.fullmatch(cells[0]) else _cells(cells, True)
    if match := _OWN.fullmatch(text):
        return match.groupdict() if len(_METHOD_AND_SIZE.findall(text)) == 1 else None
    match = _SHORT.fullmatch(text)
    return match.groupdict() if match else None


def _cells(cells: list[str], sound: bool) -> dict[str, str] | None:
    """The cells of formats 2 and 4 by name. A URL that adds cells shifts words to where numbers belong."""
    found = _named(_NAMES, cells)
    match = _TIME.fullmatch(found.get("when", ""))
    whole = sound and _FEWEST <= len(cells) <= _MOST and _has_numbers(found, _NUMBERS)
    return found | match.groupdict() if match and whole else None


def _protex(cells: list[str]) -> dict[str, str] | None:
    """The cells of formats 5 to 8 by name. An agent or a URL that adds cells shifts words to where numbers belong."""
    found = _named(_PROTEX, cells)
    whole = len(_PROTEX) <= len(cells) <= _PROTEX_MOST and _has_numbers(found, _PROTEX_NUMBERS)
    return found if whole else None


def _named(names: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    return dict(zip(names, (cell.strip(forms.BLANKS) for cell in cells), strict=False))


def _has_numbers(found: dict[str, str], names: tuple[str, ...]) -> bool:
    return found["how"].isalpha() and all(found[name].lstrip("-").isdecimal() for name in names)


def _at(fields: dict[str, str], context: Context) -> At | None:
    if "epoch" in fields:
        return at_epoch(fields["epoch"])
    year, month, day = (int(fields[name]) for name in ("year", "month", "day"))
    return at_local(year, month, day, fields["clock"], context.timezone)


def _read(event: Event, fields: dict[str, str]) -> None:
    event.url, event.domain = fields["where"], forms.host_of(fields["where"])
    if event.domain is None:
        return
    event.action, event.vendor_code = "web.requested", fields.get("code")
    event.address, event.method = forms.address(fields["from"]), forms.http_method(fields["how"])
    event.bytes_in = forms.whole(fields["size"])
    event.url_category = forms.known(fields.get("category"))
    event.user_agent = forms.known(fields.get("agent"))
    event.reporter = forms.known(fields.get("server")) or event.reporter
    what = forms.known(fields["what"]) or ""
    event.vendor_action = what.partition(" ")[0] or None
    asked = event.vendor_code == "407"
    if asked:
        event.verdict, event.outcome, event.reason = "unknown", "failure", "proxy authentication required"
    elif what.startswith(_REFUSALS):
        event.verdict, event.outcome, event.reason = "blocked", "failure", what.partition(" ")[2].strip() or None
    else:
        event.verdict, event.outcome = "allowed", "success"
    forms.name_account(event, fields["who"], "claimed" if asked else "observed")

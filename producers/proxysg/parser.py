"""Rows of ProxySG's access log, read by the names of their `#Fields` line; date and time are UTC.

Symantec, "SGOS Administration Guide", access log formats: main, bcreportermain_v1, bcreporterssl_v1. A format of one's
own may write the names beside the values (`c-ip=10.4.1.9 ...`); Cloud SWG gives a JSON object of the same names.
"""

import re
from zoneinfo import ZoneInfo

import msgspec

from model.event import Event
from producers import forms
from producers.envelopes.elff import FIELDS, names_of, read_row
from producers.envelopes.fields import Fields, collect
from producers.envelopes.key_value import read_key_values
from producers.json_object import decode_object
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, is_by, whole_head
from producers.times import at_iso

# The format `main`, used where a file has lost its `#Fields` line.
_MAIN = (
    *("date", "time", "time-taken", "c-ip", "sc-status", "s-action", "sc-bytes", "cs-bytes", "cs-method"),
    *("cs-uri-scheme", "cs-host", "cs-uri-port", "cs-uri-path", "cs-uri-query", "cs-username", "cs-auth-group"),
    *("s-supplier-name", "rs(Content-Type)", "cs(Referer)", "cs(User-Agent)", "sc-filter-result", "cs-categories"),
    *("x-virus-id", "s-ip"),
)
_UTC = ZoneInfo("UTC")
_LONGEST = 65_536
_NAMED = re.compile(r"(?:^|(?<=\s))c-ip=")
# The head of Splunk's format for ProxySG, its hours in UTC; a collector takes priority and version away, and some
# administrators leave out what parts time and host.
_SPLUNKS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:Z )?([A-Za-z][\w.-]{0,253} bluecoat - \S{1,64} - )", re.A)
# The format of Splunk's add-on begins with this mark, and has names behind the page that no quotes hold. A page that
# held one of them would make it stand twice, unless a relay had cut off the format's own.
_MARK = re.compile(r"SPLV[\d.]{1,8} $", re.A)
_OF_MARK = frozenset({"cs-username", "sc-filter-result", "sc-status", "time-taken"})
_NAMES = frozenset({
    *("c-ip", "x-client-ip", "cs-username", "cs-userdn", "cs-host", "r-host", "date", "x-cs-date", "time", "s-ip"),
    *("s-computername", "sc-status", "s-action", "sc-filter-result", "x-exception-id"),
})  # fmt: skip
_READ = _NAMES | {  # one that we do not read may stand twice, as a format of one's own has it
    *("cs-method", "cs-uri-scheme", "cs-uri-port", "cs-uri-path", "cs-uri-query", "sc-bytes", "cs-bytes", "time-taken"),
    *("cs-categories", "sc-filter-category", "cs(User-Agent)", "cs-user-agent", "r-ip", "s-supplier-ip"),
    "s-supplier-name",
}
# What a client wrote and no quotes hold, so that a blank and a name in it would be a field of its own.
_LOOSE = re.compile(r'(?<=\s)(cs-(?:uri(?:-stem|-path|-query|-pathquery)?|referer|user-agent|cookie))=(?!")', re.I)
_ROW = re.compile(r"(?<=\s)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", re.A)
_VERDICTS = {"OBSERVED": "allowed", "PROXIED": "allowed", "DENIED": "blocked"}
_PORTS = {"http": "80", "https": "443", "ssl": "443", "tcp": "443"}
_OUTCOMES = {"allowed": "success", "blocked": "failure"}
_PROGRAMS = ("proxysg", "bluecoat")
_COACHED = ("coaching", "warn")  # exceptions that ask somebody to go on


def parse(record: bytes, context: Context) -> Parsed:
    """One row; lines that begin with `#` are kept without a meaning."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    if not text:
        return Refusal("an empty or endless row")
    event = Event(product="proxysg", category="proxy", action="record.unrecognised", time_quality="received")
    if text.startswith("#"):
        return [event]
    if text.startswith("{"):
        _by_name(event, _of_json(text), Head("-"))
        return [event]
    named = _NAMED.search(text, 0, 300)
    if named and (head := _head(text[: named.start()], context)):
        marked = _MARK.search(text[: named.start()]) is not None and not forms.is_cut(record)
        _by_name(event, _beside_names(text[named.start() :], marked), head)
        return [event]
    if text.startswith("<") and (row := _ROW.search(text, 0, 300)):  # behind a syslog head
        head, text = whole_head(text[: row.start()], context), text[row.start() :]
        event.reporter = head.host if head else None
        if head is None or not is_by(head, *_PROGRAMS):
            return [event]
    names = names_of(context.heading) if context.heading.startswith(FIELDS) else _MAIN
    fields = read_row(text, names)
    event.occurred_at, event.time_quality = _at(fields) or (None, "received")
    if fields.sound(*names) and event.occurred_at and (names is not _MAIN or _fits(fields)):
        _read(event, fields)
    return [event]


def _head(before: str, context: Context) -> Head | None:
    before = _MARK.sub("", before)
    splunks = _SPLUNKS.fullmatch(before)
    return whole_head(f"1 {splunks[1]}Z {splunks[2]}" if splunks else before, context)


def _by_name(event: Event, fields: Fields, head: Head) -> None:
    """A record whose values stand beside their names; the time may be the head's alone."""
    event.occurred_at, event.time_quality = _at(fields) or (head.at, head.quality)
    event.reporter = head.host
    if fields.sound(*_READ) and is_by(head, *_PROGRAMS):
        _read(event, fields)


def _beside_names(text: str, marked: bool) -> Fields:
    """Broken where a name that we read stands behind what a client may have written it into.

    `marked`: whole and in the format of Splunk's add-on.
    """
    read = read_key_values(text).renamed(str.lower)
    fields = _said(read)
    ordered = (marked and read.values.keys() >= _OF_MARK) or fields.in_order(
        _NAMES, {name.lower() for name in _LOOSE.findall(text)}
    )
    return Fields(fields.values, fields.repeated, fields.broken or not ordered)


def _said(fields: Fields) -> Fields:
    values = {name: value for name, value in fields.values.items() if value not in ("-", "none")}
    return Fields(values, fields.repeated, fields.broken)


def _of_json(text: str) -> Fields:
    """The names and plain values of an object; of a list its values, parted by semicolons. Broken where it is none."""
    try:
        document = decode_object(text.encode())
    except (ValueError, msgspec.DecodeError, RecursionError):
        return Fields({}, broken=True)
    return collect([(name, _written(value)) for name, value in document.items() if type(value) in (str, int, list)])


def _written(value: object) -> str:
    return ";".join(one for one in value if type(one) is str) if isinstance(value, list) else str(value)


def _fits(fields: Fields) -> bool:
    """Whether cells are what the format `main` says that they are: a guess must not read a user out of another cell."""
    numbers = (fields.get(name) for name in ("sc-status", "sc-bytes", "cs-bytes", "cs-uri-port"))
    whole = all(number is None or forms.whole(number) is not None for number in numbers)
    return whole and forms.address(fields.get("c-ip")) is not None


def _at(fields: Fields) -> tuple[str, str] | None:
    date, clock = fields.get("date", "x-cs-date") or "", fields.get("time") or ""
    at = at_iso(f"{date} {clock}", _UTC)
    return (at[0], "exact") if at else None


def _read(event: Event, fields: Fields) -> None:
    event.domain = forms.host_of(fields.get("cs-host", "r-host"))
    event.reporter = event.reporter or forms.known(fields.get("s-computername", "s-ip"))
    event.address = forms.address(fields.get("c-ip", "x-client-ip"))
    if event.domain is None:
        fill_plainly(event, {"user": fields.get("cs-username", "cs-userdn") or ""})
        return
    event.action = "web.requested"
    event.url = _url(fields)
    event.method = forms.http_method(fields.get("cs-method"))
    event.vendor_code, event.vendor_action = fields.get("sc-status"), fields.get("s-action")
    event.bytes_in, event.bytes_out = forms.whole(fields.get("sc-bytes")), forms.whole(fields.get("cs-bytes"))
    event.url_category = fields.get("cs-categories", "sc-filter-category")
    event.user_agent = fields.get("cs(User-Agent)", "cs-user-agent")
    event.destination = forms.address(fields.get("r-ip", "s-supplier-ip", "s-supplier-name"))
    event.destination_port = forms.port(fields.get("cs-uri-port"))
    milliseconds = forms.whole(fields.get("time-taken"))
    event.duration_s = None if milliseconds is None else milliseconds / 1000
    refused = event.vendor_code == "407" or (fields.get("x-exception-id") or "").startswith("authentication_")
    forms.name_account(event, fields.get("cs-username", "cs-userdn"), "claimed" if refused else "observed")
    _verdict(event, fields)


def _url(fields: Fields) -> str:
    scheme, host, port = fields.get("cs-uri-scheme"), fields.get("cs-host", "r-host"), fields.get("cs-uri-port")
    begin = f"{scheme}://{host}" if scheme else f"{host}"
    usual = port is None or _PORTS.get(scheme or "") == port
    query = fields.get("cs-uri-query") or ""
    query = f"?{query}" if query and not query.startswith("?") and "=" in query else query
    rest = (fields.get("cs-uri-path") or "") + query
    return begin + ("" if usual else f":{port}") + rest


def _verdict(event: Event, fields: Fields) -> None:
    """407 asks who it is: the filter did not say no. Else sc-filter-result counts, and s-action where there is none."""
    exception, action = fields.get("x-exception-id") or "", event.vendor_action or ""
    event.verdict = _VERDICTS.get(fields.get("sc-filter-result") or "", "unknown")
    if event.vendor_code == "407" or exception == "authentication_failed":
        event.verdict = "unknown"
    elif exception.startswith(_COACHED):
        event.verdict = "warned"
    elif event.verdict == "unknown" and action:
        event.verdict = "blocked" if "DENIED" in action else "allowed"
    event.outcome = _OUTCOMES.get(event.verdict, "unknown")
    event.reason = exception or (event.url_category if event.verdict == "blocked" else None)

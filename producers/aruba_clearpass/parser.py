"""ClearPass's syslog export: `<filter> <sequence> <total> <part> Common.Username=tbell,Common.Login-Status=ACCEPT,...`.

HPE Aruba, "ClearPass Policy Manager User Guide": syslog export filters, session logs. CEF and LEEF carry the same.
"""

import re

from model.event import Event
from producers import forms
from producers.envelopes.cef import read_cef
from producers.envelopes.fields import Fields, collect
from producers.envelopes.leef import read_leef
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, open_head
from producers.times import At, at_iso

_LONGEST = 65_536
_BEGIN = re.compile(r"[^=]{1,200}? \d{1,12} (?P<total>\d{1,3}) \d{1,3} (?=[\w.:-]+=)", re.A)
_FIELD = re.compile(
    r"(?:^|,)(?P<name>(?:Common|RADIUS|WEBAUTH|TACACS|Radius|Endpoint|CppmNode|Audit)[.:][\w.:() -]{1,80})=", re.A
)
_IDENTITY = (
    *("Common.Username", "Common.Host-MAC-Address", "Common.Login-Status", "Common.Request-Timestamp"),
    *("WEBAUTH.Host-IP-Address", "RADIUS.Acct-Framed-IP-Address", "TACACS.Username", "RADIUS.Acct-Username"),
)
_OUTCOMES = {"ACCEPT": "success", "REJECT": "failure", "TIMEOUT": "failure", "DROP": "failure"}
_CEF_NAMES = {
    "dmac": "Common.Host-MAC-Address",
    "duser": "Common.Username",
    "dvc": "Common.NAS-IP-Address",
    "outcome": "Common.Login-Status",
    "rt": "Common.Request-Timestamp",
    "suser": "Common.Username",
    "usrName": "Common.Username",
}


def parse(record: bytes, context: Context) -> Parsed:
    """One record, or a refusal. Of a record in parts each part is read by itself."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    found = _envelope(text, context)
    if found is None:
        return Refusal("no ClearPass record: expected `<filter> <sequence> <total> <part> Common.…=`, CEF or LEEF")
    fields, head = found
    event = Event(
        product="aruba_clearpass",
        category="auth",
        action="record.unrecognised",
        time_quality="received",
        reporter=head.host if head else None,
    )
    at = _at(fields, context)
    event.occurred_at, event.time_quality = at or ((head.at, head.quality) if head else (None, "received"))
    if fields.sound(*_IDENTITY) and not forms.is_cut(record):
        _read(event, fields)
    return [event]


def _envelope(text: str, context: Context) -> tuple[Fields, Head | None] | None:
    for mark, read in (("CEF:", _cef), ("LEEF:", _leef)):
        if (start := text.find(mark, 0, 300)) >= 0:
            fields = read(text[start:])
            head = open_head(text[:start].rstrip() + " -", context) if start else None
            return (_renamed(fields), head) if fields else None
    head = open_head(text, context)
    begin = _BEGIN.match(head.message if head else text)
    if begin is None:
        return None
    return _fields(begin.string[begin.end() :], whole=begin["total"] == "1"), head


def _cef(text: str) -> Fields | None:
    return cef.extension if (cef := read_cef(text)) else None


def _leef(text: str) -> Fields | None:
    return leef.attributes if (leef := read_leef(text)) else None


def _renamed(fields: Fields) -> Fields:
    values = {_CEF_NAMES.get(name, name): value for name, value in fields.values.items()}
    return Fields(values, frozenset(_CEF_NAMES.get(name, name) for name in fields.repeated), fields.broken)


def _fields(text: str, whole: bool) -> Fields:
    """A value runs to the next `,Name.space=`, so commas and equals signs may stand in it. A client that writes such a
    name into its own gives it a second time."""
    marks = list(_FIELD.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    pairs = [(mark["name"], text[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True)]
    return collect(pairs if whole else pairs[:-1], broken=not marks or marks[0].start() != 0)


def _at(fields: Fields, context: Context) -> At | None:
    """`2026-03-04 08:00:05-06` of the session; the head's time is when it was exported."""
    written = fields.get("Common.Request-Timestamp", "Common.Timestamp") or ""
    if re.fullmatch(r".*[+-]\d\d", written) and len(written) > 19:
        written += ":00"
    return at_iso(written, context.timezone)


def _read(event: Event, fields: Fields) -> None:
    event.mac = forms.mac(fields.get("Common.Host-MAC-Address", "RADIUS.Acct-Calling-Station-Id"))
    event.device_basis = "observed" if event.mac else None
    event.address = forms.address(fields.get("WEBAUTH.Host-IP-Address", "RADIUS.Acct-Framed-IP-Address"))
    event.destination = fields.get("Common.NAS-IP-Address", "RADIUS.Acct-NAS-IP-Address")
    event.session_id = fields.get("Common.Session-ID", "RADIUS.Acct-Session-Id")
    event.app = fields.get("Common.Service")
    status = (fields.get("Common.Login-Status", "Common.Auth-Status") or "").upper()
    name = fields.get("Common.Username", "RADIUS.Acct-Username", "TACACS.Username")
    if status not in _OUTCOMES:
        fill_plainly(event, {"user": name or ""})
        return
    event.action, event.outcome = "account.authenticated", _OUTCOMES[status]
    event.vendor_action = status
    event.vendor_code = fields.get("Common.Error-Code")
    event.protocol = fields.get("RADIUS.Auth-Method")
    if event.outcome == "failure":
        event.reason = fields.get("Common.Alerts") or status.lower()
    if forms.mac(name) is None:  # by MAC (MAB) the name is the card
        forms.name_account(event, name, "authenticated" if event.outcome == "success" else "claimed")

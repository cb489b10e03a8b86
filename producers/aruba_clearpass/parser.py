"""ClearPass's syslog export: `<filter> <sequence> <total> <part> Common.Username=tbell,Common.Login-Status=ACCEPT,...`.

HPE Aruba, "ClearPass Policy Manager User Guide": syslog export filters, session logs. CEF and LEEF carry the same.
"""

import re

from model.event import Event
from producers import forms
from producers.envelopes.cef import Cef, read_cef
from producers.envelopes.fields import Fields, collect
from producers.envelopes.leef import read_leef
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, is_by, open_head
from producers.times import At, at_iso

_LONGEST = 65_536
# RFC 5424 with an element of its own: what its text says in which version is published nowhere.
_ELEMENT = re.compile(r" ClearPass \S{1,32} \S{1,32} (?:\[[^\[\]]{1,512}\])*\[clearPass@14823 ", re.A)
_BEGIN = re.compile(r"[^=:]{1,200}? \d{1,12} (?P<total>\d{1,3}) (?P<part>\d{1,3}) (?=[\w.:-]+=)", re.A)
_FIELD = re.compile(r"(?:^|,)(?P<name>[A-Za-z]\w{0,39}[.:][\w.:() -]{1,80})=", re.A)
# Of events of the system, alerts, details of sessions and changes: who and which session, once each.
_PLAIN = re.compile(r"(?:^|,)(?P<name>User|session_id)=(?P<value>[^,=]{1,256})(?=,|$)", re.A)
_IDENTITY = (
    *("Common.Username", "Common.Host-MAC-Address", "Common.Login-Status", "Common.Request-Timestamp"),
    *("WEBAUTH.Host-IP-Address", "RADIUS.Acct-Framed-IP-Address", "TACACS.Username", "RADIUS.Acct-Username"),
    *("TACACS.Auth-Status", "TACACS.Remote-Address"),
    *("RADIUS.Acct-Calling-Station-Id", "Common.Auth-Status", "Common.Timestamp", "RADIUS.Auth-Method"),
    *("User", "session_id", "Endpoint.MAC-Address"),
)
# What the client wrote in a record whose end we do not see, and the outer name that accounting repeats: behind these
# nothing that says who, which card or with what result is ClearPass's for certain.
_CLIENTS = frozenset({"Common.Username", "RADIUS.Acct-Username", "TACACS.Username", "Common.Alerts"})
_CERTAIN = frozenset(_IDENTITY) - _CLIENTS
_OUTER = frozenset({"RADIUS.Acct-Username"})
_SESSION = frozenset(name for name in _IDENTITY if not name.startswith("RADIUS.Acct-"))
_OUTCOMES = {"ACCEPT": "success", "REJECT": "failure", "TIMEOUT": "failure", "DROP": "failure"}
_CEF_NAMES = {
    "Authentication Method": "RADIUS.Auth-Method",
    "Error Code": "Common.Error-Code",
    "Login Status": "Common.Login-Status",  # a column of one's own: `cs4=ACCEPT cs4Label=Login Status`
    "dmac": "Common.Host-MAC-Address",
    "duser": "Common.Username",
    "smac": "Common.Host-MAC-Address",
    "dvc": "Common.NAS-IP-Address",
    "outcome": "Common.Login-Status",
    "rt": "Common.Request-Timestamp",
    "suser": "Common.Username",
    "usrName": "Common.Username",
}

_CEF_SOURCE = {"src": "Common.NAS-IP-Address", "dvc": "dvc"}  # beside `src` the device is ClearPass itself


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
    sound = fields.sound(*_IDENTITY) and fields.in_order(_SESSION, _OUTER) and not forms.is_cut(record)
    at = _at(fields, context) if sound else None
    event.occurred_at, event.time_quality = at or ((head.at, head.quality) if head else (None, "received"))
    if sound:
        _read(event, fields)
    return [event]


def _envelope(text: str, context: Context) -> tuple[Fields, Head | None] | None:
    head = open_head(text, context)
    message = head.message if head else text
    if head and head.tag in ("CEF", "LEEF"):  # it looks like a program's name behind the host
        message = f"{head.tag}:{message}"
    elif head and head.tag == "ClearPass" and _ELEMENT.search(text):
        return Fields({}), head
    elif not is_by(head):
        return None
    if message.startswith(("CEF:", "LEEF:")):
        named = read_cef(message) or read_leef(message)
        if named is None or "clearpass" not in named.product.lower():
            return None
        fields = named.extension if isinstance(named, Cef) else named.attributes
        names = _CEF_NAMES if "src" not in fields.values else _CEF_NAMES | _CEF_SOURCE
        return fields.renamed(lambda name: names.get(name, name)), head
    begin = _BEGIN.match(message)
    return (_fields(message[begin.end() :], int(begin["total"]), int(begin["part"])), head) if begin else None


def _fields(text: str, total: int, part: int) -> Fields:
    """A value runs to the next `,Name.space=`, so commas and equals signs may stand in it. A client that writes such a
    name into its own gives it a second time, unless the first stands in the next part."""
    marks = list(_FIELD.finditer(text))
    if not marks:  # an event of the system itself: `Timestamp=…,Component=RADIUS,…`
        return collect([(match["name"], match["value"]) for match in _PLAIN.finditer(text)], broken=total > 1)
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    pairs = [(mark["name"], text[mark.end() : end].strip(forms.BLANKS)) for mark, end in zip(marks, ends, strict=True)]
    begins = bool(marks) and marks[0].start() == 0
    if total == 1:
        return collect(pairs, broken=not begins)
    fields = collect(pairs[:-1])
    certain = fields.in_order(_CERTAIN, _CLIENTS) and len(_CLIENTS & fields.values.keys()) < 2
    return Fields(fields.values, fields.repeated, broken=not (begins and part == 0 and certain))


def _at(fields: Fields, context: Context) -> At | None:
    """`2026-03-04 08:00:05-06` of the session; the head's time is when it was exported."""
    written = fields.get("Common.Request-Timestamp", "Common.Timestamp") or ""
    if re.fullmatch(r".*[+-]\d\d", written) and len(written) > 19:
        written += ":00"
    return at_iso(written, context.timezone)


def _read(event: Event, fields: Fields) -> None:
    event.mac = forms.mac(
        fields.get("Common.Host-MAC-Address", "RADIUS.Acct-Calling-Station-Id", "Endpoint.MAC-Address")
    )
    event.device_basis = "observed" if event.mac else None
    event.address = forms.address(
        fields.get("WEBAUTH.Host-IP-Address", "RADIUS.Acct-Framed-IP-Address", "TACACS.Remote-Address")
    )
    event.destination = fields.get("Common.NAS-IP-Address", "RADIUS.Acct-NAS-IP-Address", "TACACS.NAS-IP-Address")
    event.session_id = fields.get("Common.Session-ID", "RADIUS.Acct-Session-Id", "session_id")
    event.app = fields.get("Common.Service", "TACACS.Service")
    status = (fields.get("Common.Login-Status", "Common.Auth-Status", "TACACS.Auth-Status") or "").upper()
    name = fields.get("Common.Username", "RADIUS.Acct-Username", "TACACS.Username", "User")
    if status not in _OUTCOMES:
        fill_plainly(event, {"user": name or ""})
        _count(event, fields)
        return
    event.action, event.outcome = "account.authenticated", _OUTCOMES[status]
    event.vendor_action = status
    if event.outcome != "success":  # who was refused got no address: one that the record names may be the name's
        event.address = None
    event.vendor_code = fields.get("Common.Error-Code")
    event.protocol = fields.get("RADIUS.Auth-Method")
    if event.outcome == "failure":
        event.reason = fields.get("Common.Alerts") or status.lower()
    if forms.mac(name) is None and event.protocol != "MAC-AUTH":  # by MAC the name is the card
        proven = event.outcome == "success" and fields.get("Common.Username", "TACACS.Username")
        forms.name_account(event, name, "authenticated" if proven else "claimed")


def _count(event: Event, fields: Fields) -> None:
    """What accounting counted; RADIUS names the directions as the access point sees them."""

    def once(name: str) -> int | None:
        return None if name in fields.repeated else forms.whole(fields.get(name))

    event.bytes_out, event.bytes_in = once("RADIUS.Acct-Input-Octets"), once("RADIUS.Acct-Output-Octets")
    seconds = once("RADIUS.Acct-Session-Time")
    event.duration_s = None if seconds is None else float(seconds)
    if once("Common.Error-Code") == 0:
        event.outcome = "success"

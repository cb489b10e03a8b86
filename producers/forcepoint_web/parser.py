"""`CEF:0|Forcepoint|Security|8.5|<category number>|Transaction blocked|7| act=blocked app=https ...`.

Forcepoint, "Integrating Web Security with SIEM Products": ArcSight CEF format string.
"""

import re

from model.event import Event
from producers import forms
from producers.envelopes.cef import Cef, read_cef
from producers.product import Context, Parsed, Refusal
from producers.syslog import event_of, whole_head
from producers.times import at_epoch, at_iso

_LONGEST = 65_536
_BEGIN = re.compile(r"(?:CEF:|^)0\|(?:Forcepoint|Websense)\|Security\|", re.A)
_IDENTITY = ("src", "suser", "loginID", "rt", "act", "dvc", "dst", "dhost", "dpt", "request")
_BEFORE = frozenset({"src", "suser", "loginID", "rt", "act", "dvc"})
# Written as they came, behind who and where. So is dhost, before both: a user that stands before `src` is the client's.
_CLIENTS = frozenset({"requestClientApplication", "request"})
_VERDICTS = {
    "permitted": ("allowed", "success"),
    "blocked": ("blocked", "failure"),
    "confirmed": ("warned", "success"),
    "quota": ("warned", "unknown"),
    "continue": ("warned", "unknown"),
}
# `LDAP://10.0.0.5 OU\=Staff,DC\=maple,DC\=example/Tess Bell`: a directory's path ends in a shown name, no account.
_PATH = re.compile(r"(?:LDAP|WinNT|NTLM|RADIUS)://", re.I)


def parse(record: bytes, context: Context) -> Parsed:
    """One record as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    begin = _BEGIN.search(text, 0, 300)
    cef = read_cef(text[begin.start() :]) if begin else None
    if begin is None or cef is None:
        return Refusal("no record of Forcepoint Web Security: expected `CEF:0|Forcepoint|Security|...`")
    head = whole_head(text[: begin.start()], context)
    if head is None or head.tag is not None:
        return Refusal("a record of Forcepoint within the words of another program")
    event = event_of(head, "forcepoint_web", "proxy", "record.unrecognised")
    event.vendor_code, event.vendor_action = cef.signature or None, cef.name or None
    fields = cef.extension
    ordered = fields.in_order(_BEFORE, _CLIENTS) and fields.in_order({"src", "spt"}, {"suser", "loginID"})
    if (
        fields.sound(*_IDENTITY)
        and ordered
        and not fields.ends_in({"src", "suser", "loginID", "dvc"})
        and not forms.is_cut(record)
    ):
        _read(event, cef, context)
    return [event]


def _read(event: Event, cef: Cef, context: Context) -> None:
    fields = cef.extension
    rt = fields.get("rt") or ""
    if at := at_epoch(rt) or at_iso(rt, context.timezone):
        event.occurred_at, event.time_quality = at
    event.reporter = forms.known(fields.get("dvc")) or event.reporter
    event.address, event.destination = forms.address(fields.get("src")), forms.address(fields.get("dst"))
    port = forms.whole(fields.get("dpt"))
    event.destination_port = port if port is not None and port < 65_536 else None
    event.url = forms.known(fields.get("request"))
    event.domain = forms.host_of(fields.get("dhost")) or forms.host_of(event.url)
    if event.domain is None:
        return
    event.action, event.protocol = "web.requested", fields.get("app")
    event.verdict, event.outcome = _VERDICTS.get((fields.get("act") or "").lower(), ("unknown", "unknown"))
    event.url_category = cef.signature or None
    event.method = forms.http_method(fields.get("requestMethod"))
    event.user_agent = forms.known(fields.get("requestClientApplication"))
    event.bytes_in, event.bytes_out = forms.whole(fields.get("in")), forms.whole(fields.get("out"))
    event.reason = forms.known(fields.get("Policy", "reason")) if event.verdict == "blocked" else None
    name = forms.known(fields.get("loginID")) or forms.known(fields.get("suser"))
    if name and not _PATH.match(name) and " " not in name:
        forms.name_account(event, name, "observed")

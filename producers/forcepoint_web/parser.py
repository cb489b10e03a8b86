"""`CEF:0|Forcepoint|Security|8.5|<category number>|Transaction blocked|7| act=blocked app=https ...`, and Websense's
key-value pairs, `vendor=Websense product=Security product_version=7.7.0 action=permitted ...`.

Forcepoint, "Integrating Web Security with SIEM Products": format strings syslog/CEF and syslog/key-value pairs.
"""

import re

from model.event import Event
from producers import forms
from producers.envelopes.cef import read_cef, read_extension
from producers.envelopes.fields import Fields
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, event_of, take_priority, take_time, whole_head
from producers.times import at_epoch, at_iso

_LONGEST = 65_536
_BEGIN = re.compile(r"(?:CEF:|^)0\|(?:Forcepoint|Websense)\|Security\|", re.A)
_PAIRS = re.compile(r"(?:^|(?<= ))vendor=(?:Forcepoint|Websense)(?: \w{1,16})? product=Security ", re.A)
# `<159>Dec 19 10:48:57 EST 10.4.0.9 `: with the pairs the zone stands behind the time.
_ZONED = re.compile(r"(.{14,30}) ([A-Z]{3,4}) (\S{1,255}) ", re.A)
_NAMES = {  # of the pairs, as CEF has them
    "action": "act",
    "user": "suser",
    "src_host": "src",
    "src_port": "spt",
    "dst_host": "dhost",
    "dst_ip": "dst",
    "dst_port": "dpt",
    "bytes_in": "in",
    "bytes_out": "out",
    "http_method": "requestMethod",
    "http_user_agent": "requestClientApplication",
    "url": "request",
}
_IDENTITY = ("category", "src", "suser", "loginID", "rt", "act", "dvc", "dst", "dhost", "dpt", "request")
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
# `WinNT://MAPLE/tbell`: the domain and the account's name, as Windows has them.
_OF_WINDOWS = re.compile(r"WinNT://([\w.-]{1,64})/([^\s/]{1,64})", re.A | re.I)
# `LDAP://10.0.0.5 OU\=Staff,DC\=maple,DC\=example/Tess Bell`: a directory's path ends in a shown name, no account.
_PATH = re.compile(r"(?:LDAP|WinNT|NTLM|RADIUS)://", re.I)


def parse(record: bytes, context: Context) -> Parsed:
    """One record as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    begin = _BEGIN.search(text, 0, 300) or _PAIRS.search(text, 0, 300)
    if begin is None:
        return Refusal("no record of Forcepoint Web Security: expected `CEF:0|Forcepoint|Security|...`")
    head = _head(text[: begin.start()], context)
    if head is None or head.tag is not None:
        return Refusal("a record of Forcepoint within the words of another program")
    event = event_of(head, "forcepoint_web", "proxy", "record.unrecognised")
    fields = _fields(event, text[begin.start() :])
    if fields is None:
        return Refusal("a record of Forcepoint Web Security whose head is not whole")
    if fields.sound(*_IDENTITY) and not fields.ends_in({"src", "suser", "loginID", "dvc"}) and not forms.is_cut(record):
        _read(event, fields, context)
    return [event]


def _head(before: str, context: Context) -> Head | None:
    zoned = _ZONED.fullmatch(before)
    at, rest = take_time(take_priority(zoned[1])[1], context, zoned[2]) if zoned else (None, "")
    return Head("", *at, host=zoned[3]) if zoned and at and not rest else whole_head(before, context)


def _fields(event: Event, text: str) -> Fields | None:
    """The fields under the names of CEF; broken where one stands that a client may have written. None: no record."""
    if text.startswith("vendor="):
        fields = read_extension(text).renamed(lambda name: _NAMES.get(name, name))
        event.vendor_code, event.vendor_action = forms.known(fields.get("category")), fields.get("act")
        ordered = fields.in_order({*_BEFORE, "category"}, {*_CLIENTS, "dhost"})
    else:
        cef = read_cef(text)
        if cef is None:
            return None
        fields = cef.extension
        event.vendor_code, event.vendor_action = cef.signature or None, cef.name or None
        ordered = fields.in_order(_BEFORE, _CLIENTS) and fields.in_order({"src", "spt"}, {"suser", "loginID"})
    return Fields(fields.values, fields.repeated, fields.broken or not ordered)


def _read(event: Event, fields: Fields, context: Context) -> None:
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
    event.url_category = event.vendor_code
    event.method = forms.http_method(fields.get("requestMethod"))
    event.user_agent = forms.known(fields.get("requestClientApplication"))
    event.bytes_in, event.bytes_out = forms.whole(fields.get("in")), forms.whole(fields.get("out"))
    event.reason = forms.known(fields.get("Policy", "reason")) if event.verdict == "blocked" else None
    name = forms.known(fields.get("loginID")) or forms.known(fields.get("suser"))
    if name and (windows := _OF_WINDOWS.fullmatch(name)):
        name = f"{windows[1]}\\{windows[2]}"
    if name and not _PATH.match(name) and " " not in name:
        forms.name_account(event, name, "observed")

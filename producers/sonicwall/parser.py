"""SonicOS: `id=firewall sn=... time="..." fw=... m=97 ...` behind any head, or CEF with the same meaning.

SonicWall, "SonicOS Log Events Reference Guide": index of events and of syslog tags.
"""

import re
from collections.abc import Callable

from model.event import Event
from producers import forms
from producers.envelopes.cef import read_cef
from producers.envelopes.fields import Fields
from producers.envelopes.key_value import read_key_values
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, open_head
from producers.times import At, at_epoch, at_iso

_LONGEST = 65_536
_BEGIN = re.compile(r'(?:^|(?<=[\s>]))id=[\w.-]{1,64}\s+(?:(?:website-category|webCategory)="[^"]{0,200}"\s+)?sn=')
_CEF = re.compile(r"CEF:|^[01]\|")
_AT_MOST_A_NAME = re.compile(r"(?:[\w.:-]{1,128} )?-?")
_IDENTITY = ("usr", "src", "dst", "srcV6", "srcMac", "suser", "smac", "dstname", "m", "fw_action")
_WHO = frozenset({"usr", "src", "srcV6", "srcMac"})
_CLIENTS = frozenset({"dstname", "arg"})  # host and path that the client asked for, without quotes
_SIGNED_IN = re.compile(r"(?:(?P<zone>SSL ?VPN|VPN) zone remote user|User|Administrator|CLI administrator) login "
                        r"(?P<word>allowed|denied|failed)")  # fmt: skip
_SIGNED_OUT = re.compile(
    r"(?:(?P<zone>SSL ?VPN|VPN) zone remote user|User|Administrator) logged out|"
    r"GUI administration session ended"
)
_TYPED = re.compile(r"(?:.{0,30} )?login (?:denied|failed)")  # its user is what somebody typed, quotes and all
_NOBODY = ("Unknown", "N/A")  # `Unknown (SSO failed)`, `Unknown (external IP)`
_DROPPED = frozenset({"drop", "reset"})
_CATEGORY = re.compile(r'Category-"([^"]{1,128})')
_CEF_NAMES = {
    "suser": "usr",
    "susr": "usr",
    "smac": "srcMac",
    "dhost": "dstname",
    "request": "arg",
    "in": "rcvd",
    "out": "sent",
}
_Reader = Callable[[Event, Fields], None]


def parse(record: bytes, context: Context) -> Parsed:
    """One record as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    begin = _BEGIN.search(text)
    head = _head(text[: begin.start()], context) if begin else None
    if begin and head:
        fields = read_key_values(text[begin.start() :], single_quotes=True)
    else:
        start = _CEF.search(text, 0, 300)
        head = _head(text[: start.start()], context) if start else None
        cef = read_cef(text[start.start() :]) if start else None
        if head is None or cef is None or "sonicwall" not in cef.vendor.lower():
            return Refusal("no SonicWall record: expected `id=firewall sn=...` or CEF")
        read = cef.extension.renamed(lambda name: _CEF_NAMES.get(name, name))
        said = {"m": cef.signature, "msg": cef.name}  # the head's, whatever the extension says, and before it
        values = {name: value.strip('"') for name, value in read.values.items()}  # SonicOS 7 writes quotes in CEF, too
        fields = Fields(said | values | said, read.repeated, read.broken)
    event = _headed(fields, head, context)
    ordered = fields.in_order(_WHO, _CLIENTS) and _user_in_its_place(fields)
    whole = not forms.is_cut(record) and not fields.ends_in({"src", "srcV6", "srcMac"})  # `usr` stands in quotes
    if fields.sound(*_IDENTITY) and ordered and whole:
        _read(event, fields)
    return [event]


def _user_in_its_place(fields: Fields) -> bool:
    """`src` and `dst` may end in a name that the machine there chose, and which may hold ` usr=` itself: a user who
    stands right behind such a name may be its word."""
    named = {end for end in ("src", "dst") if len((fields.get(end) or "").split(":")) >= 4}
    behind = {end for end in ("src", "dst") if not fields.in_order({"usr"}, {end})}
    return not (behind == {"src"} and "src" in named) and not ("dst" in behind and "dst" in named)


def _head(before: str, context: Context) -> Head | None:
    """The head before a record, or what stands for one: nothing, the firewall's name. None where other words stand
    there: then the record may be a client's. Only its time and host are asked for."""
    text = f"{before.strip()} -".strip()
    head = open_head(text, context) or Head(text)
    return head if _AT_MOST_A_NAME.fullmatch(head.message) else None


def _headed(fields: Fields, head: Head, context: Context) -> Event:
    at, quality = _at(fields, context) or (head.at, head.quality)
    return Event(
        product="sonicwall",
        category="proxy",
        action="record.unrecognised",
        occurred_at=at,
        time_quality=quality,
        reporter=forms.known(fields.get("fw")) or head.host or fields.get("sn"),
        vendor_code=fields.get("m"),
        vendor_action=fields.get("msg"),
    )


def _at(fields: Fields, context: Context) -> At | None:
    written = fields.get("time", "rt")
    return (at_iso(written, context.timezone) or at_epoch(written)) if written else None


def _read(event: Event, fields: Fields) -> None:
    _client(event, fields)
    reader = _READERS.get(fields.get("m") or "")
    said = event.vendor_action or ""
    if reader:
        reader(event, fields)
    elif match := _SIGNED_IN.match(said):
        _signed_in(event, fields, match)
    elif match := _SIGNED_OUT.match(said):
        _of_users(event, match)
        event.action, event.outcome = "account.logged_off", "success"
        seconds = forms.whole(fields.get("dur"))
        event.duration_s = None if seconds is None else float(seconds)
        _name(event, fields)
    else:
        event.app, event.url_category = fields.get("appName"), fields.get("website-category")
        fill_plainly(event, {"user": _user(fields) or "", **{name: fields.get(name) or "" for name in ("in", "out")}})


def _client(event: Event, fields: Fields) -> None:
    """`src=address:port:interface:name`, of which the name is what the client calls itself."""
    parts = (fields.get("src") or "").split(":")
    event.address = forms.address(parts[0]) or forms.address(fields.get("srcV6"))
    event.device = forms.known(parts[3]) if len(parts) == 4 else None
    typed = event.vendor_action and _TYPED.match(event.vendor_action) and not fields.in_order({"srcMac"}, {"usr"})
    event.mac = None if typed else forms.mac(fields.get("srcMac"))
    event.device_basis = "claimed" if event.device else "observed" if event.mac else None
    to = (fields.get("dst") or "").split(":")
    event.destination = forms.address(fields.get("dstV6")) or forms.address(to[0])
    event.destination_port = forms.port(to[1] if len(to) > 1 else fields.get("dpt"))
    event.protocol = (fields.get("proto") or "").partition("/")[0] or None
    event.bytes_out, event.bytes_in = forms.whole(fields.get("sent")), forms.whole(fields.get("rcvd"))
    milliseconds = forms.whole(fields.get("cdur"))
    event.duration_s = None if milliseconds is None else milliseconds / 1000


def _user(fields: Fields) -> str | None:
    user = fields.get("usr") or ""
    return None if user.startswith(_NOBODY) else user or None


def _name(event: Event, fields: Fields) -> None:
    """The user that the firewall knew at the address: by a login here, or by single sign-on."""
    forms.name_account(event, _user(fields), "observed")


def _web(verdict: str) -> _Reader:
    def read(event: Event, fields: Fields) -> None:
        host, path = fields.get("dstname"), fields.get("arg") or ""
        dropped = fields.get("fw_action") in _DROPPED
        event.action = "web.requested"
        event.verdict = "blocked" if dropped else verdict
        event.outcome = "success" if event.verdict == "allowed" else "failure"
        event.url = f"{host or ''}{path}" if host or not path.startswith("/") else None  # in CEF the path has the host
        event.url = event.url or None
        event.domain = forms.host_of(event.url)
        category = _CATEGORY.search(fields.get("reason") or "")
        event.url_category = fields.get("Category") or (category[1] if category else None)
        event.reason = event.url_category if event.verdict == "blocked" else None
        event.app = fields.get("appName")
        _name(event, fields)

    return read


def _connection(event: Event, fields: Fields) -> None:
    event.action, event.outcome, event.verdict = "connection.recorded", "success", "allowed"
    if fields.get("fw_action") in _DROPPED:
        event.outcome, event.verdict = "failure", "blocked"
    event.app = fields.get("appName")
    _name(event, fields)


def _signed_in(event: Event, fields: Fields, match: re.Match[str]) -> None:
    _of_users(event, match)
    allowed = match["word"] == "allowed"
    event.action, event.outcome = "account.authenticated", "success" if allowed else "failure"
    event.reason = None if allowed else fields.get("note", "msg")
    forms.name_account(event, _user(fields), "authenticated" if allowed else "claimed")


def _of_users(event: Event, match: re.Match[str]) -> None:
    event.category = "vpn" if match["zone"] else "auth"


_READERS: dict[str, _Reader] = {
    "97": _web("allowed"),
    "14": _web("blocked"),
    "16": _web("allowed"),
    "98": _connection,
    "537": _connection,
}

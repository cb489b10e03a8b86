"""Zscaler's web transactions: one line in, one event out, by the field names of the NSS feed.

https://help.zscaler.com/zia/nss-feed-output-format-web-logs
"""

import binascii
import re
from base64 import b64decode
from urllib.parse import unquote

from model.event import Event
from producers import forms
from producers.envelopes.cef import read_cef
from producers.envelopes.fields import Fields, collect
from producers.json_record import Document, part, plain_texts, understand
from producers.product import Context, Parsed, Refusal
from producers.syslog import open_head, take_priority
from producers.times import MONTHS, At, at_epoch, at_iso, at_local
from producers.zscaler.feeds import read_other

TITLE = "a Zscaler web log"
_LONGEST = 65_536
_PLAIN = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})", re.A)
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d", re.A)
_VERDICTS = {"allowed": ("allowed", "success"), "blocked": ("blocked", "failure"), "cautioned": ("warned", "unknown"),
             "isolated": ("warned", "unknown")}  # fmt: skip
_NOTHING = forms.MISSING | {"NULL", "null"}
_IDENTITY = ("login", "user", "cip", "clientip", "cintip", "clientpublicip", "cltip", "cltintip", "cltpubip",
             "devicehostname", "deviceowner", "url", "eurl", "b64url", "b64host", "action", "host", "hostname", "time",
             "datetime", "epochtime", "csip", "clt_sip",
             "adminid", "result")  # fmt: skip
_CEF_NAMES = {
    "act": "action",
    "cat": "urlcat",
    "dst": "sip",
    "in": "respsize",
    "out": "reqsize",
    "outcome": "respcode",
    "request": "url",
    "requestclientapplication": "ua",
    "requestmethod": "reqmethod",
    "rt": "epochtime",
    "shost": "devicehostname",
    "src": "cip",
    "suser": "login",
}
_LOGINS = ("elogin", "login", "user")  # a feed has one of them; a second, that says another, was written by a client
_ITS_OWN = frozenset(
    {"url", "eurl", "b64url", "ehost", "b64host", "urlcat", "urlcategory", "reqmethod", "csip", "dns_req", "adminid"}
)  # fmt: skip -- one of them is in every feed
_OUT = ("reqsize", "requestsize")
_IN = ("respsize", "responsesize")
_UTC = ("UTC", "GMT")
Values = dict[str, str]


def parse(record: bytes, context: Context) -> Parsed:
    """One line, JSON, `name="value"` or CEF, behind a syslog head or not; or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff,") if len(record) <= _LONGEST else ""
    if not text.startswith("{"):
        bare = take_priority(text)[1]  # of the feed for Splunk, which has no other head
        text = bare if _STAMP.match(bare) else _without_head(text, context)
    if text.startswith("{"):
        return understand(text.encode(), TITLE, lambda document: _document(document, context), _unread)
    fields = _fields(text)
    if fields is None:
        return Refusal(f'not one record of {TITLE}: neither JSON nor name="value" nor CEF')
    if not fields.sound(*_IDENTITY) or len({fields.values[name] for name in _LOGINS if name in fields.values}) > 1:
        return [_unread()]
    return [_event(fields.values, context)]


def _without_head(text: str, context: Context) -> str:
    """CEF begins behind its head with a word that a head's tag looks like."""
    begin = text.find("CEF:", 0, 300)
    head = open_head(text, context) if begin < 0 else None
    return text[max(begin, 0) :] if head is None else head.message.strip(" ")


def _unread() -> Event:
    return Event(product="zscaler", category="proxy", action="record.unrecognised", time_quality="received")


def _document(document: Document, context: Context) -> Parsed:
    values = plain_texts(part(document, "event") or document)
    lowered = {name.lower() for name in values}
    if not lowered & _ITS_OWN and not str(document.get("sourcetype")).startswith("zscaler"):
        return Refusal(f"not one record of {TITLE}: none of {', '.join(sorted(_ITS_OWN))}")
    return [_event(_lower(values), context) if len(lowered) == len(values) else _unread()]


def _lower(values: Values) -> Values:
    return {name.lower(): value for name, value in values.items()}


def _fields(text: str) -> Fields | None:
    """CEF, or names and values with tabs between them; None where the line has no field of a web log.

    Zscaler writes every blank and tab of a client as %20 and %09: only its own tabs are tabs, whatever quotes say.
    """
    if text.startswith("CEF:"):
        cef = read_cef(text)
        if cef is None or "zscaler" not in cef.vendor.lower():
            return None
        read = cef.extension.renamed(lambda name: _CEF_NAMES.get(name.lower(), name.lower()))
    else:
        cells = text.split("\t")
        begin = _STAMP.fullmatch(cells[0].strip())
        pairs = [cell.partition("=") for cell in cells[1 if begin else 0 :] if cell.strip()]
        read = collect([(name.strip(), value.strip('"')) for name, equals, value in pairs if equals])
        read = read.renamed(str.lower)
        read.values.update({"datetime": begin[0]} if begin else {})
    return read if set(read.values) & _ITS_OWN else None


def _known(values: Values, *names: str) -> str | None:
    for name in names:
        if (found := forms.known(values.get(name), _NOTHING)) is not None:
            return found
    return None


def _event(values: Values, context: Context) -> Event:
    event = _unread()
    event.occurred_at, event.time_quality = _at(values, context) or (None, "received")
    encoded = _known(values, "eurl", "url")
    url = unquote(encoded) if encoded else _base64(values, "b64url")
    host = _known(values, "ehost", "host", "hostname", "ehostname") or _base64(values, "b64host")
    if url is None and host is None:
        read_other(event, values, _client)
        return event
    event.action, event.url = "web.requested", url
    event.domain = forms.host_of(host or event.url)
    event.vendor_action = _known(values, "action")
    event.verdict, event.outcome = _VERDICTS.get((event.vendor_action or "").lower(), ("unknown", "unknown"))
    event.reason = _known(values, "reason", "rulelabel") if event.verdict != "allowed" else None
    event.vendor_code = _known(values, "respcode", "status")
    event.method = forms.http_method(_known(values, "reqmethod", "requestmethod"))
    event.url_category = _known(values, "urlcat", "urlcategory", "urlsubcat")
    event.user_agent = _agent(_known(values, "ua", "useragent") or unquote(_known(values, "eua") or ""))
    event.bytes_out, event.bytes_in = (forms.whole(_known(values, *names)) for names in (_OUT, _IN))
    event.app = _known(values, "appname")
    event.protocol = _known(values, "proto", "protocol")
    event.destination = forms.address(_known(values, "sip", "serverip", "ssip"))
    if event.method == "CONNECT" and event.destination and url:
        event.destination_port = forms.port(url.rpartition(":")[2])
    _client(event, values)
    return event


def _base64(values: Values, name: str) -> str | None:
    """What newer feeds write as Base64, since it is the client's; None where it is not."""
    try:
        return b64decode(values.get(name, ""), validate=True).decode() or None
    except (binascii.Error, ValueError):
        return None


def _agent(text: str | None) -> str | None:
    return text.strip('"') or None if text else None


def _client(event: Event, values: Values) -> None:
    """`cintip` is the address inside, `cip` the one that Zscaler saw. A login that is the location's is nobody's."""
    inside = forms.address(_known(values, "cintip", "cltintip", "clientinternalip"))
    seen = forms.address(_known(values, "cip", "cltip", "clientip", "cltpubip", "clientpublicip"))
    event.address = inside or seen or event.address
    event.device = _known(values, "devicehostname")
    event.device_basis = "claimed" if event.device else None
    login = _known(values, "elogin", "login", "user")
    if login is not None and login != _known(values, "location", "locationname") and "->" not in login:
        forms.name_account(event, unquote(login), "observed")


def _at(values: Values, context: Context) -> At | None:
    """`time` where the feed says that it is UTC, else the epoch, else `time` in the zone of `tz`, or of the source."""
    if _zone(values) in _UTC and (at := _written(values, context)):
        return at
    return at_epoch(values.get("epochtime", "")) or _written(values, context)


def _zone(values: Values) -> str:
    return values.get("tz") or values.get("timezone", "")  # the second in the feed of the administrators' audit


def _written(values: Values, context: Context) -> At | None:
    written, zone = values.get("datetime") or values.get("time") or "", _zone(values)
    if match := _PLAIN.fullmatch(written):
        month = MONTHS.get(match[1].lower())
        return at_local(int(match[4]), month, int(match[2]), match[3], context.timezone, zone) if month else None
    return at_iso(written + (zone if zone in _UTC else ""), context.timezone)

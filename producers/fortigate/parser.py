"""FortiGate: one record in, one event out: traffic, web filter, DNS filter, applications, tunnels, users, leases."""

import re
from collections.abc import Callable

from model.event import Event
from producers import forms
from producers.fortigate import events, requests
from producers.fortigate.fields import Fields, fields_of, shows_end
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, open_head, take_priority
from producers.times import at_epoch, at_local

Read = Callable[[Event, Fields], None]

READERS: dict[tuple[str, str], Read] = {
    ("utm", "webfilter"): requests.web,
    ("utm", "dns"): requests.name,
    ("dns", "dns-query"): requests.name,
    ("dns", "dns-response"): requests.name,
    ("utm", "app-ctrl"): requests.application,
    ("app-ctrl", "app-ctrl"): requests.application,
    ("utm", "dlp"): requests.application,
    ("utm", "emailfilter"): requests.application,
    ("utm", "file-filter"): requests.application,
    ("utm", "ips"): requests.application,
    ("utm", "ssh"): requests.application,
    ("utm", "ssl"): requests.application,
    ("utm", "virus"): requests.application,
    ("utm", "voip"): requests.application,
    ("webfilter", "webfilter"): requests.web,
    ("event", "vpn"): events.tunnel,
    ("event", "user"): events.user,
    ("event", "system"): events.system,
}

# In records without a meaning here: what these name is the firewall's, or a name that nobody has checked.
_NOT_THE_CLIENTS = frozenset(
    {"user", "unauthuser", "action", "service", "device", "host", "hostname", "mac", "ip", "session", "url"}
)
_ACCOUNTS = frozenset({"user.local", "system.admin"})  # tables of a firewall's configuration whose rows are accounts
_FORWARDED = re.compile(r'timestamp=\d{9,11} tz="[^"]{1,16}" (?=devname=)', re.A)  # by FortiAnalyzer, before the rest
_ITS_TAGS = ("forti", "fgt", "cef")


def parse(record: bytes, context: Context) -> Parsed:
    """One record, with or without a syslog head, in any of FortiOS's four formats; or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    head = None
    message = _FORWARDED.sub("", take_priority(text)[1], count=1)
    fields = fields_of(message)
    if fields == {} and (head := open_head(text, context)):
        message = _message(head)
        fields = fields_of(message)
        if fields and not _is_its_own(head, fields):
            fields = {}
    if fields == {} and head is None:
        return Refusal("no FortiGate fields: expected key=value with type= and logid=, CEF, CSV or JSON")
    if fields is None or (forms.is_cut(record) and not shows_end(message, fields)):
        return [_headed({}, context, head)]
    if "type" not in fields and "logid" not in fields and head is None:
        return Refusal("no FortiGate fields: expected key=value with type= and logid=, CEF, CSV or JSON")
    event = _headed(fields, context, head)
    _read(event, fields)
    return [event]


def _message(head: Head) -> str:
    """The message, with the `CEF:` that looks like a program's name behind the host."""
    return f"CEF:{head.message}" if head.tag == "CEF" else head.message


def _is_its_own(head: Head, fields: Fields) -> bool:
    """Whether the head names no program, or the firewall: FortiOS writes none, a relay perhaps the firewall's name.

    Any user of a computer whose log comes the same way may write `app[1]: date=... user="somebody"` (logger(1)).
    """
    if head.tag is None or head.tag == "CEF":
        return True
    tag = head.tag.lower()
    named = {name.lower() for name in (head.host, fields.get("devname"), fields.get("devid")) if name}
    return head.pid is None and (tag in named or tag.startswith(_ITS_TAGS))


def _read(event: Event, fields: Fields) -> None:
    kind, subtype = fields.get("type", ""), fields.get("subtype", "")
    reader = (
        requests.flow
        if kind == "traffic"
        else READERS.get((kind, subtype)) or READERS.get((kind, fields.get("eventtype", "")))
    )
    if reader:
        reader(event, fields)
    if event.action == "record.unrecognised":
        _plainly(event, fields)


def _plainly(event: Event, fields: Fields) -> None:
    """What a record without a meaning here names; of an administrator's act the address stands in `ui`."""
    said = {name: value for name, value in fields.items() if name not in _NOT_THE_CLIENTS}
    client = fields.get("ui", "").partition("(")[2].rstrip(")")
    event.address = event.address or forms.address(client) or forms.address(fields.get("userip"))
    if fields.get("type") == "utm":  # `hostname` is the site that was asked for
        event.domain = event.domain or forms.host_of(fields.get("hostname"))
    fill_plainly(event, said)
    if fields.get("cfgpath") in _ACCOUNTS:
        forms.name_target(event, fields.get("cfgobj"))
    if event.outcome == "failure":
        event.reason = event.reason or fields.get("reason")


def _headed(fields: Fields, context: Context, head: Head | None) -> Event:
    """What every record says of itself; `record.unrecognised` until a reader knows better."""
    at, quality = _at(fields, context)
    if at is None and head:
        at, quality = head.at, head.quality
    event = Event(
        product="fortigate",
        category="proxy",
        action="record.unrecognised",
        occurred_at=at,
        time_quality=quality,
        address=forms.address(fields.get("srcip")),
        vendor_action=fields.get("action"),
        vendor_code=fields.get("logid"),
        reporter=fields.get("devname") or (head.host if head else None) or fields.get("devid"),
    )
    user = (fields.get("user") or "").partition(",cn=")[0]  # who has the certificate beside the password
    forms.name_account(event, user or None, "claimed")  # until a reader knows that it was proven
    return event


def _at(fields: Fields, context: Context) -> tuple[str | None, str]:
    """The epoch in eventtime (s, ms, us or ns by build), else date and time in tz, else in the source's zone."""
    if found := at_epoch(fields.get("eventtime", "")):
        return found
    day = fields.get("date", "").split("-")
    if len(day) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in day):
        return at_epoch(fields.get("rt", "")) or at_epoch(fields.get("timestamp", "")) or (None, "received")
    year, month, date = (int(part) for part in day)
    zone = fields.get("tz", "")
    return at_local(year, month, date, fields.get("time", ""), context.timezone, zone) or (None, "received")

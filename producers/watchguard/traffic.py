"""Packets and proxied requests: who went where, by which policy, and whether it was let through."""

import re

from model.event import Event
from producers import forms
from producers.envelopes.fields import Fields
from producers.envelopes.key_value import read_key_values

_IP = r"[0-9a-fA-F:.]{2,45}"
# The disposition, two interfaces (their names are the administrator's, who may use blanks), the length, the protocol,
# header length and TTL, addresses, ports: all before anything that a client wrote.
_LINE = re.compile(
    r"(?P<disp>Allow|Deny) \S.{1,129}? (?:\d{1,5} )?(?P<proto>[a-z][a-z0-9-]{0,15}) "
    r"(?:\d{1,3} \d{1,3} )?(?P<src>" + _IP + r") (?P<dst>" + _IP + r")(?: (?P<srcPort>\d{1,5}) (?P<dstPort>\d{1,5}))?"
    r"(?P<rest>(?: .*)?)",
    re.A | re.S,
)
_PAIRS = re.compile(r"(?:^|(?<= ))[A-Za-z_][\w-]{0,31}=\"", re.A)  # the first field; before it stand flags of TCP
_POLICY = re.compile(r" ?\((?P<policy>[^()\"]{1,128})\)$", re.A)
_SECONDS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(?: ?sec(?:\(s\)|onds)?)?", re.A)
# What a client, or the server that it asked, may fill.
_CLIENTS = frozenset({
    "dstname", "arg", "host", "path", "line", "header", "domain", "sni", "cn", "cert_subject", "cert_issuer",
    "question", "query_type", "content_type", "encoding", "method", "op", "filename", "file_name", "url", "data",
    "sender", "recipients", "mailfrom", "user", "From-header", "To-header", "call_from", "call_to", "ua", "srcname",
})  # fmt: skip
_IDENTITY = frozenset({"src", "dst", "src_user", "disp", "msg_id", "proto"})
_ONCE = (*_IDENTITY, "sent_bytes", "rcvd_bytes", "msg", "cats", "dstname", "host", "sni")
# Of the messages that always count bytes behind the address asked for: a user written behind these counts was written
# by the Firebox, since a client who writes counts of his own makes two of them.
_COUNTED = frozenset({"1AFF-0024", "3000-0176"})
_WEB = ("1AFF-", "2CFF-", "3000-0175", "3000-0176")
_MAIL = ("21FF-", "22FF-")  # the POP3 and IMAP proxies, whose `user` the client sends to the mail server
_VERDICTS = {"Allow": ("allowed", "success"), "Deny": ("blocked", "failure")}
_PORTED = frozenset({"tcp", "udp"})


def read_traffic(event: Event, says: str) -> None:
    """Fills `event` in from a line `Allow ...` or `Deny ...`: the head, and the fields behind it if sound."""
    line = _LINE.fullmatch(says)
    if line is None:
        return
    rest = line["rest"]
    policy = _POLICY.search(rest)
    rest = rest[: policy.start()] if policy else rest
    first = _PAIRS.search(rest)
    # Nothing is escaped: a backslash, as in `MAPLE\\tbell`, stands for itself.
    fields = read_key_values(rest[first.start() :].replace("\\", "\\\\") if first else "")
    said = {name: line[name] or "" for name in ("src", "dst", "srcPort", "dstPort", "proto")}
    whole = fields.sound(*_ONCE) and (first is not None or '"' not in rest)
    if whole and said.keys() & fields.values.keys():
        return
    named = {**said, "policy": policy["policy"] if policy and whole else ""}
    read_attributes(event, Fields({**named, **fields.values} if whole else named), line["disp"], sealed=False)


def read_attributes(event: Event, fields: Fields, disposition: str, sealed: bool) -> None:
    """As fields. `sealed`: no client can end a field of its own, so a user behind one is still the Firebox's word."""
    if disposition not in _VERDICTS:
        return
    event.vendor_action = disposition
    event.verdict, event.outcome = _VERDICTS[disposition]
    event.address, event.destination = forms.address(fields.get("src")), forms.address(fields.get("dst"))
    event.protocol = forms.known(fields.get("proto"))
    event.destination_port = _port(fields)
    event.bytes_out, event.bytes_in = forms.whole(fields.get("sent_bytes")), forms.whole(fields.get("rcvd_bytes"))
    seconds = _SECONDS.fullmatch(fields.get("duration", "elapsed_time") or "")
    event.duration_s = float(seconds[1]) if seconds else None
    event.app = fields.get("app_name", "app")
    event.action = "connection.recorded"
    if (event.vendor_code or "").startswith(_WEB):
        _page(event, fields)
    if question := fields.get("question"):  # of the DNS proxy
        event.domain = forms.host_of(question)
    if event.verdict == "blocked":
        event.reason = event.url_category or fields.get("msg") or fields.get("policy")
    _user(event, fields, sealed)


def _port(fields: Fields) -> int | None:
    port = forms.whole(fields.get("dstPort"))
    with_ports = (fields.get("proto") or "tcp") in _PORTED  # of ICMP these two are type and code
    return port if port is not None and port < 65_536 and with_ports else None


def _page(event: Event, fields: Fields) -> None:
    host = fields.get("dstname", "host", "sni")
    event.domain = forms.host_of(host)
    if not host or event.domain is None:
        return
    event.action = "web.requested"
    event.url = host + (fields.get("arg", "path") or "")
    event.method = forms.http_method(fields.get("op", "method"))
    event.url_category = forms.known(fields.get("cats"))


def _user(event: Event, fields: Fields, sealed: bool) -> None:
    """A user behind a client's field is believed only where that client could not have written him."""
    told = sealed or fields.in_order({"src_user"}, _CLIENTS)
    counted = event.vendor_code in _COUNTED and fields.in_order({"sent_bytes"}, {"src_user"})
    counted = counted and "sent_bytes" in fields.values
    forms.name_account(event, fields.get("src_user"), "observed" if told or counted else "claimed")
    if event.account is None and (event.vendor_code or "").startswith(_MAIL):
        forms.name_account(event, fields.get("user"), "claimed")

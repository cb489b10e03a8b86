"""WSA's access log: squid's native line, then the ACL decision tag, then `<category,score,...>`.

Cisco, "User Guide for AsyncOS for Cisco Secure Web Appliance": monitor system activity through logs, access log files.
"""

import re

from model.event import Event
from producers import forms
from producers.cisco_wsa.categories import in_words
from producers.product import Context, Parsed, Refusal
from producers.syslog import is_by, open_head
from producers.times import at_epoch_ms

_LONGEST = 65_536
# Fields stand by position; a URL and a name hold no blank (a name with one stands in quotes).
_LINE = re.compile(
    r"(?:(?:Info|Warning): )?(?P<second>\d{9,11})\.(?P<milli>\d{3}) +(?P<ms>-?\d{1,18}) (?P<client>\S{1,64}) "
    r"(?P<result>[A-Z][A-Z_]{1,40})/(?P<status>\d{1,3}) (?P<size>\d{1,19}) (?P<method>\S{1,32}) (?P<url>\S{1,16384}) "
    r"(?P<user>\"[^\"]{0,256}\"|[^\s\"]{1,256}) (?P<how>[A-Z][A-Z_]{1,40})/(?P<server>\S{1,256}) (?P<type>\S{1,256}) "
    r"(?:CMF:\d+ DCF:\d+ ERR:\d+ )?(?P<tag>[A-Z][A-Z0-9_]{1,60})-(?P<groups>[^\s<>]{1,1024}) "
    r"<(?P<verdict>[^<>]{0,4096})>(?P<rest>.*)",
    re.A | re.S,
)
_DECISION = re.compile(r" [A-Z][A-Z0-9_]{1,60}-[^\s<>]{1,1024} <", re.A)  # one: else the URL held another
_AGENT = re.compile(r" \"(?P<agent>[^\"]{1,1024})\"")
_PROGRAMS = ("access", "wsa", "info", "accesslogs", "swa")
_BLOCKS = ("BLOCK_", "REDIRECT_", "NO_PASSWORD")
_WARNS = ("BLOCK_CONTINUE",)
_UNRATED = frozenset({"", "-", "nc", "ns", "err"})


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    match, head = _LINE.fullmatch(text), None
    if match is None:
        head = open_head(text, context)
        if head is None:
            return Refusal("no line of a WSA access log: expected squid's fields, a decision tag and `<...>`")
        match = _LINE.fullmatch(head.message.strip()) if is_by(head, *_PROGRAMS) else None
    event = Event(
        product="cisco_wsa", category="proxy", action="record.unrecognised", time_quality="received",
        reporter=head.host if head and head.host != "ACCESS_LOGS" else None,
    )  # fmt: skip
    if head:
        event.occurred_at, event.time_quality = head.at, head.quality
    if match and len(_DECISION.findall(match[0])) == 1 and not forms.is_cut(record):
        _read(event, match)
    return [event]


def _read(event: Event, match: re.Match[str]) -> None:
    at = at_epoch_ms(int(match["second"]) * 1000 + int(match["milli"]))
    event.occurred_at, event.time_quality = at, "exact" if at else "received"
    event.action = "web.requested"
    event.url, event.domain = match["url"], forms.host_of(match["url"].removeprefix("tunnel://"))
    event.method = forms.http_method(match["method"])
    event.vendor_code, event.vendor_action = match["status"], match["tag"]
    event.address, event.destination = forms.address(match["client"]), forms.address(match["server"])
    event.bytes_in = forms.whole(match["size"])
    milliseconds = forms.whole(match["ms"])
    event.duration_s = None if milliseconds is None else milliseconds / 1000
    category = match["verdict"].partition(",")[0].strip('"')
    event.url_category = None if category in _UNRATED else in_words(category)
    agent = _AGENT.search(match["rest"])
    event.user_agent = forms.known(agent["agent"]) if agent else None
    _judge(event, match)
    forms.name_account(event, _user(match["user"]), "claimed" if match["status"] == "407" else "observed")


def _judge(event: Event, match: re.Match[str]) -> None:
    """407 asks who it is: nothing is decided yet."""
    if match["status"] == "407":
        event.verdict, event.outcome, event.reason = "unknown", "failure", "proxy authentication required"
    elif match["tag"].startswith(_WARNS):
        event.verdict, event.outcome = "warned", "unknown"
    elif match["tag"].startswith(_BLOCKS):
        event.verdict, event.outcome, event.reason = "blocked", "failure", match["tag"]
    else:
        event.verdict, event.outcome = "allowed", "success" if int(match["status"]) < 400 else "failure"


def _user(written: str) -> str | None:
    r"""`"MAPLE\tbell@Realm"`: behind the at sign stands the realm of the appliance, not of the account."""
    name = written.strip('"')
    return name.rpartition("@")[0] if "\\" in name and "@" in name else name

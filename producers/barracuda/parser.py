"""`http_scan[1]: <epoch> <flag> <client> <server> <type> <client> <url> <size> BYF ALLOWED CLEAN ... [user] ...`.

Barracuda Campus, "Syslog and the Barracuda Web Security Gateway": web traffic log, fields by position.
"""

import re

from model.event import Event
from producers import forms
from producers.product import Context, Parsed, Refusal
from producers.syslog import event_of, is_by, open_head
from producers.times import at_epoch

_IP = r"[0-9a-fA-F:.]{2,45}"
# No field has a blank up to the user, who stands in brackets: what is behind him (the referer) can shift nothing.
_LINE = re.compile(
    r"(?P<at>\d{10}) \d (?P<client>" + _IP + r") (?P<server>" + _IP + r") \S{1,256} (?P<again>" + _IP + r") "
    r"(?P<url>\S{1,16384}) (?P<size>\d{1,19}) +(?:\d+ )?\S{1,64} (?P<action>[A-Z]{3,16}) (?P<reason>[A-Z]{3,16}) +"
    # format, match, tq, action, kind and detail of source and of destination, kind and id of spyware, score, part
    r"\d \d \d \d \d \S{1,256} \d \S{1,256} \d \S{1,256} \d{1,9} \S{1,2048} (?P<categories>\S{1,1024}) "
    r"\[(?P<user>[^\[\]]{0,256})\](?: .*)?",
    re.A | re.S,
)
_ACTION = re.compile(r" (?:ALLOWED|BLOCKED|WARNED|DETECTED) [A-Z]{3,16} ")  # one: else the URL held another
_PROGRAMS = ("http_scan", "httpscan", "barracuda")
_VERDICTS = {
    "ALLOWED": ("allowed", "success"),
    "WARNED": ("warned", "unknown"),
    "BLOCKED": ("blocked", "failure"),
    "DETECTED": ("allowed", "success"),
}
_NOBODY = frozenset({"", "ANON", "-", "ANONYMOUS"})


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    head = open_head(text, context) if len(text) <= 65_536 else None
    if head is None:
        return Refusal("no line of a Barracuda web filter: expected a syslog head and `http_scan[pid]: <epoch> ...`")
    event = event_of(head, "barracuda", "proxy", "record.unrecognised")
    match = _LINE.fullmatch(head.message.strip(forms.BLANKS)) if head.tag and is_by(head, *_PROGRAMS) else None
    sound = match and match["client"] == match["again"] and len(_ACTION.findall(match[0])) == 1
    if match and sound and not forms.is_cut(record):
        _read(event, match)
    return [event]


def _read(event: Event, match: re.Match[str]) -> None:
    at = at_epoch(match["at"])
    event.occurred_at, event.time_quality = at or (event.occurred_at, event.time_quality)
    event.url, event.domain = match["url"], forms.host_of(match["url"])
    if event.domain is None:
        return
    event.action, event.vendor_action, event.vendor_code = "web.requested", match["action"], match["reason"]
    event.address, event.destination = forms.address(match["client"]), forms.address(match["server"])
    event.bytes_in = forms.whole(match["size"])
    event.verdict, event.outcome = _VERDICTS.get(match["action"], ("unknown", "unknown"))
    event.url_category = forms.known(match["categories"])
    event.reason = (event.url_category or match["reason"].lower()) if event.verdict == "blocked" else None
    user = match["user"].strip(forms.BLANKS)
    if user.upper() not in _NOBODY:  # `ldap0:tbell`: before the colon stands the gateway's own word for the directory
        forms.name_account(event, user.rpartition(":")[2], "observed")

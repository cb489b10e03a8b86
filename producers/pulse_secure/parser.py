"""`PulseSecure: - - - <local time> - <node> - [<client>] <user>(<realm>)[<roles>][<session>] - <message>`, WELF, JSON.

Ivanti, "Connect Secure Administration Guide": logging and monitoring, syslog in the standard, the WELF and the JSON
filter.
"""

import re
from collections.abc import Mapping

import msgspec

from model.event import Basis, Event, TimeQuality
from producers import forms
from producers.json_object import decode_object
from producers.json_record import plain_texts
from producers.product import Context, Parsed, Refusal
from producers.pulse_secure.messages import read_message
from producers.syslog import Head, is_by, open_head
from producers.times import at_epoch, at_iso

_LINE = re.compile(
    r"(?:- )*(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) - (?P<node>\S{1,128}) - \[(?P<client>[^\]]{0,64})\] "
    r"(?:Default Network::)?(?P<user>.*?)\([^()]*\)\[[^\]]*\](?:\[(?P<session>[^\]]*)\])? - (?P<says>.*)",
    re.A | re.S,
)
_PROGRAMS = ("pulsesecure", "juniper", "ivanti")
# Where a name ends. A refused name is whatever somebody typed: a line in which it could end twice tells nobody's.
_END_OF_NAME = re.compile(r"\([^()]*\)\[[^\]]*\](?:\[[^\]]*\])? - ")
_JSON_NAMES = {
    "client": "source_ip", "user": "user", "session": "session_id", "code": "message_id", "says": "raw_message"
}  # fmt: skip
_SID = re.compile(r"\(session: ?(?P<sid>sid[0-9a-f]{8,80})\)", re.A)
# The WELF filter: fields in this order. `ivs` and the name stand without quotes, though they may hold blanks.
_WELF = re.compile(
    r'id=firewall time="(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)" pri=\d fw=\S{0,64} vpn=(?P<node>\S{1,128}) '
    r"(?P<rest>.*)",
    re.A | re.S,
)
_WELF_REST = re.compile(
    r'(?:ivs=[\w .-]{0,64}? )?user=(?P<user>.{0,256}?) realm="[^"]{0,256}" roles="[^"]{0,2048}"'
    r'(?: sessionID="(?P<session>[^"]{0,80})")?(?: type=\w{0,16})? proto=\w{0,16} src=(?P<client>[0-9a-fA-F:.]{0,45}) '
    r'(?P<others>(?:(?!msg=)\w{1,32}=(?:"[^"]*+"|[^\s"]*+) )*+)msg="(?P<code>[A-Z]{3}\d{4,6}): ?(?P<says>.*)"',
    re.A | re.S,
)
# A name, a page or an agent that holds one of these was written to end itself.
_ONCE = ('realm="', 'msg="')
_AGENT = re.compile(r'(?:^| )agent="(?P<agent>[^"]{1,1024})" ')


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    text = text if len(text) <= forms.LONGEST_LINE else ""
    head, line = Head(text), _line(text)
    if line is None and (opened := open_head(text, context)) and is_by(opened, *_PROGRAMS):
        head, line = opened, _line(opened.message.strip())
    if head.message.startswith("{") and (flat := _json(head.message)) is not None:
        return [_of_json(head, flat, context)]
    if line is None:
        return Refusal("no line of Connect Secure: expected `PulseSecure: - - - <time> - <node> - [<client>] <user>(…`")
    at, quality = head.at, head.quality
    if quality != "exact":  # the head of a file has no zone; the inner time has none either, and a year
        at, quality = at_iso(line["at"], context.timezone) or (at, quality)
    event = _unrecognised(at, quality, line["node"])
    said = _said(line)
    if said is not None and not forms.is_cut(record):
        _read(event, said)
    return [event]


def _unrecognised(at: str | None, quality: TimeQuality, reporter: str | None) -> Event:
    """What a record is as long as nothing more is understood of it."""
    return Event(
        product="pulse_secure",
        category="vpn",
        action="record.unrecognised",
        occurred_at=at,
        time_quality=quality,
        reporter=reporter,
    )


def _json(message: str) -> dict[str, str] | None:
    """The texts of the JSON filter's object; None where it is none of Connect Secure's."""
    try:
        flat = plain_texts(decode_object(message.encode()))
    except (ValueError, msgspec.DecodeError, RecursionError):
        return None
    return flat if {"message_id", "raw_message", "source_ip"} <= flat.keys() else None


def _of_json(head: Head, flat: dict[str, str], context: Context) -> Event:
    at, quality = at_epoch(flat.get("timestamp") or "") or (head.at, head.quality)
    event = _unrecognised(at, quality, head.host or forms.known(flat.get("gateway_name")))
    _read(event, {name: flat.get(key) for name, key in _JSON_NAMES.items()})
    event.user_agent = forms.known(flat.get("useragent"))
    event.mac = event.mac or forms.mac(flat.get("macaddr"))
    event.device_basis = "claimed" if event.mac or event.device else None
    return event


def _line(message: str) -> re.Match[str] | None:
    return _LINE.fullmatch(message) or _WELF.fullmatch(message)


def _said(line: re.Match[str]) -> dict[str, str | None] | None:
    """Who, from where, and the message; None where what somebody typed could end in two places."""
    if line.re is _LINE:
        return line.groupdict() if len(_END_OF_NAME.findall(line[0])) == 1 else None
    rest = _WELF_REST.fullmatch(line["rest"])
    return rest.groupdict() if rest and all(rest[0].count(mark) == 1 for mark in _ONCE) else None


def _read(event: Event, said: Mapping[str, str | None]) -> None:
    says = (said["says"] or "").strip()
    event.address, event.vendor_code = forms.address(said["client"]), said.get("code")
    sid = _SID.search(says)
    event.session_id = sid["sid"] if sid else said["session"] or None
    agent = _AGENT.search(said.get("others") or "")
    event.user_agent = agent["agent"] if agent else None
    read_message(event, says)
    if said["user"] and said["user"] != "System":
        forms.name_account(event, said["user"], _basis(event))


def _basis(event: Event) -> Basis:
    if event.action in ("account.authenticated", "challenge.presented", "tunnel.opened") and event.outcome == "success":
        return "authenticated"
    return "claimed" if event.action == "record.unrecognised" or event.outcome == "failure" else "observed"

"""Junos: RFC 5424 with `[junos@2636... key="value"]`, or the same event in words behind the program.

Juniper, "System Log Explorer": RT_FLOW, RT_UTM, DOT1XD, UI, SSHD; Junos OS "Log and Event Reference".
"""

import re
from collections.abc import Callable, Mapping

from model.event import Event
from producers import forms
from producers.envelopes.fields import Fields
from producers.envelopes.key_value import read_key_values
from producers.plain_fields import fill_plainly
from producers.plain_words import fill_words
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, event_of, is_by, open_head

_LONGEST = 65_536
_PROGRAMS = (
    *("rt_", "dot1xd", "sshd", "mgd", "kmd", "iked", "authd", "jdhcpd", "fwauthd", "snmpd", "mib2d", "rpd", "login"),
    *("useridd", "aamwd", "secintel", "idpd", "kernel", "chassisd", "alarmd", "lldpd", "eventd"),
)
_STRUCTURED = re.compile(
    r" (?P<tag>[A-Z][A-Z0-9_]{2,64}) \[junos@[\d.]{1,40} (?P<fields>(?:[^\]\"\\]++|\"(?:[^\"\\]++|\\.)*+\")*+)\]",
    re.A | re.S,
)
# A relay puts its own head and a name like `junos-flow` before the event, and takes away `<14>1 `.
_RELAYED = re.compile(
    r"(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,128} junos-[a-z]{2,16}: "
    r"(?=\d{4}-\d\d-\d\dT\S{8,24} \S{1,128} [A-Z]\w{1,31} )",
    re.A,
)
_PLAIN_TAG = re.compile(r"(?P<tag>[A-Z][A-Z0-9_]{2,64}): (?P<says>.*)", re.A | re.S)
_ENDS = r"(?P<from>[0-9a-fA-F:.]{{2,45}}){}->(?P<to>[0-9a-fA-F:.]{{2,45}}){}"
_PLAIN_FLOW = re.compile(
    r"(?:APPTRACK )?session (?P<word>created|closed|denied)[^>]{0,80}? "
    + _ENDS.format(r"/\d{1,5}", r"/(?P<port>\d{1,5})") + r" .*",
    re.A | re.S,
)  # fmt: skip
# Of a closed session: packets and bytes of the client, those of the server, and its seconds.
_COUNTS = re.compile(r" \d{1,19}\((?P<out>\d{1,19})\) \d{1,19}\((?P<in>\d{1,19})\) (?P<seconds>\d{1,9})(?= |$)", re.A)
# What the structured form names, in words; a name ends at its quote.
_NAME = r"'(?P<username>[^']{1,256})'"
_WORDS = {
    "UI_AUTH_EVENT": re.compile(rf"Authenticated user {_NAME} (?:at|assigned to) .{{1,200}}", re.A | re.S),
    "UI_LOGIN_EVENT": re.compile(
        rf"User {_NAME} login, class '[^']{{0,128}}' \[\d{{0,10}}\]"
        r"(?:, ssh-connection '(?P<ssh_connection>[^']{0,128})'(?:, client-mode '(?P<client_mode>[^']{0,32})')?)?",
        re.A,
    ),
    "UI_LOGOUT_EVENT": re.compile(rf"User {_NAME} logout", re.A),
    "UI_CMDLINE_READ_LINE": re.compile(rf"User {_NAME},? command '(?P<command>.*)'", re.A | re.S),
}
# Of the device's own daemons: who came from where, without an action here (sshd has a product of its own).
_TOLD = re.compile(
    r"(?P<word>Accepted|Failed) \S{1,32} for (?:invalid user )?(?P<user>[^\s']{1,256}) from "
    r"(?P<from>[0-9a-fA-F:.]{2,45}) port \d{1,5}(?: ssh2)?",
    re.A,
)
_BARE = re.compile(
    r"(?:(?P<tag>RT_FLOW|RT_UTM|RT_IDP|RT_IDS|mgd|sshd|login|dot1xd)(?:\[\d{1,10}\])?: |(?=UI_[A-Z_]{3,40}: ))"
    r"(?P<says>.*)",
    re.A | re.S,
)
_BARE_PROGRAM = re.compile(r"([\w-]{1,32})(?:\[\d{1,10}\])?(?: \d{1,10})? ?-?", re.A)
# The host, the path and what stands behind them: only a path without a blank has the user's name where it belongs.
_PLAIN_PAGE = re.compile(
    r'WebFilter: ACTION="URL (?P<word>Blocked|Permitted)" ' + _ENDS.format(r"\(\d{1,5}\)", r"\((?P<port>\d{1,5})\)")
    + r' CATEGORY="(?P<category>[^"]{0,200})" REASON="(?P<reason>[^"]{0,200})" PROFILE="[^"]{0,200}" '
    r"URL=(?P<url>\S{1,2048}) OBJ=(?P<obj>\S{0,4096}) (?i:username)[= ](?P<user>[^\s=]{1,256}) (?i:roles)[= ].*",
    re.A | re.S,
)  # fmt: skip
_PACKET = re.compile(  # of a filter's `then log`, from the forwarding engine
    r"(?:\S{1,128} )?(?:(?P<tag>PFE_FW_SYSLOG_IP): )?FW: \S{1,32} [ADR] (?P<proto>\w{1,16}) "
    r"(?P<from>[0-9a-fA-F:.]{2,45}) (?P<to>[0-9a-fA-F:.]{2,45}) \d{1,5} (?P<port>\d{1,5})(?: .*)?",
    re.A | re.S,
)
_PLAIN_USER = re.compile(r" username[= ]", re.I)
_IDENTITY = ("source-address", "username", "mac-address", "destination-address", "session-id-32", "ssh-connection")
_APPS = ("nested-application", "application")
_NOTHING = frozenset({"", "N/A", "n/a", "None", "UNKNOWN", "-"})
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "58": "icmp6"}
_Reader = Callable[[Event, Fields], None]


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    if relayed := _RELAYED.match(text):
        text = f"<14>1 {text[relayed.end() :]}"
    found = _STRUCTURED.search(text)
    head = _before(text, found, context) if found else None
    if head is None:
        found, head = None, open_head(text, context) or _bare(text)
    if head is None:
        return Refusal("no line of Junos: expected a syslog head with `[junos@2636...]` or `RT_FLOW: ...`")
    event = event_of(head, "juniper_srx", "device", "record.unrecognised")
    if not is_by(head, *_PROGRAMS) or forms.is_cut(record):
        return [event]
    if found:
        event.vendor_code = found["tag"]
        fields = read_key_values(found["fields"])
        if fields.sound(*_IDENTITY):
            _read(event, fields)
    elif told := _TOLD.fullmatch(head.message.strip()):
        _told(event, told)
    elif plain := _PLAIN_TAG.fullmatch(head.message.strip()):
        event.vendor_code = plain["tag"]
        _in_words(event, plain["says"])
    elif packet := _PACKET.fullmatch(head.message.strip()):
        event.vendor_code, event.protocol = packet["tag"], forms.protocol(packet["proto"])
        event.address, event.destination = forms.address(packet["from"]), forms.address(packet["to"])
        event.destination_port = _port(packet["port"])
    else:
        fill_words(event, head.message)
    return [event]


def _before(text: str, found: re.Match[str], context: Context) -> Head | None:
    """The head of a structured event, be it the program alone; None where other words stand before the event, for a
    stranger's name in them may be written like one."""
    before, end = text[: found.start()], f"{found['tag']} - -"
    if head := open_head(f"{before} {end}", context):
        return head if head.message in ("-", end) else None
    program = _BARE_PROGRAM.fullmatch(before.strip())
    return Head("", tag=program[1]) if program else None


def _bare(text: str) -> Head | None:
    """A line whose head a collector took away: what is left begins with a program of Junos, or with an event of mgd."""
    line = _BARE.fullmatch(text)
    return Head(line["says"], tag=line["tag"]) if line else None


def _told(event: Event, match: re.Match[str]) -> None:
    event.address, event.outcome = forms.address(match["from"]), "success" if match["word"] == "Accepted" else "failure"
    forms.name_account(event, match["user"], "claimed")


def _read(event: Event, fields: Fields) -> None:
    event.address = forms.address(fields.get("source-address"))
    reader = _READERS.get((event.vendor_code or "").removesuffix("_LS"))
    if reader:
        reader(event, fields)
    else:
        said = {name: _known(fields, name) or "" for name in fields.values}
        event.domain = forms.host_of(_known(fields, "hostname"))  # the site that was asked for
        fill_plainly(event, {**said, "hostname": "", "service": "", "application": _known(fields, *_APPS) or ""})


def _known(fields: Fields, *names: str) -> str | None:
    return forms.known(fields.get(*names), _NOTHING)


def _to(event: Event, fields: Fields) -> None:
    event.destination = forms.address(fields.get("destination-address"))
    event.destination_port = _port(fields.get("destination-port"))
    event.session_id = _known(fields, "session-id-32", "session-id")
    forms.name_account(event, _known(fields, "username"), "observed")


def _port(text: str | None) -> int | None:
    port = forms.whole(text)
    return port if port is not None and port < 65_536 else None


def _flow(verdict: str) -> _Reader:
    def fill(event: Event, fields: Fields) -> None:
        event.category, event.action = "proxy", "connection.recorded"
        event.verdict, event.outcome = verdict, "success" if verdict == "allowed" else "failure"
        _to(event, fields)
        number = fields.get("protocol-id") or ""
        event.protocol = _PROTOCOLS.get(number, number) or None
        event.app = _known(fields, *_APPS)
        event.bytes_out = forms.whole(fields.get("bytes-from-client"))
        event.bytes_in = forms.whole(fields.get("bytes-from-server"))
        seconds = forms.whole(fields.get("elapsed-time"))
        event.duration_s = None if seconds is None else float(seconds)
        event.reason = fields.get("reason", "policy-name") if verdict == "blocked" else None

    return fill


def _page(verdict: str) -> _Reader:
    def fill(event: Event, fields: Fields) -> None:
        _asked(event, verdict, fields.get("url"), fields.get("obj"))
        _to(event, fields)
        event.url_category = _known(fields, "category")
        event.reason = _known(fields, "reason") if verdict == "blocked" else None

    return fill


def _asked(event: Event, verdict: str, host: str | None, path: str | None) -> None:
    event.category, event.domain = "proxy", forms.host_of(host)
    if event.domain:
        event.action, event.url = "web.requested", f"{host}{path or ''}"
        event.verdict, event.outcome = verdict, "success" if verdict == "allowed" else "failure"


def _in_words(event: Event, says: str) -> None:
    if match := _PLAIN_FLOW.fullmatch(says):  # the user's place differs between releases: nobody is taken from it
        blocked = match["word"] == "denied"
        event.category, event.action = "proxy", "connection.recorded"
        event.verdict, event.outcome = ("blocked", "failure") if blocked else ("allowed", "success")
        if counts := _COUNTS.search(says, match.end("to")):
            event.bytes_out, event.bytes_in = forms.whole(counts["out"]), forms.whole(counts["in"])
            event.duration_s = float(counts["seconds"])
    elif (match := _PLAIN_PAGE.fullmatch(says)) and len(_PLAIN_USER.findall(says)) == 1:
        _asked(event, "blocked" if match["word"] == "Blocked" else "allowed", match["url"], match["obj"])
        event.url_category = forms.known(match["category"], _NOTHING)
        event.reason = match["reason"] if event.verdict == "blocked" else None
        forms.name_account(event, forms.known(match["user"], _NOTHING), "observed")
    elif (words := _WORDS.get(event.vendor_code or "")) and (match := words.fullmatch(says)):
        said = {name.replace("_", "-"): value for name, value in match.groupdict().items() if value}
        _READERS[event.vendor_code or ""](event, Fields(said))
        return
    else:
        return
    event.address, event.destination = forms.address(match["from"]), forms.address(match["to"])
    event.destination_port = _port(match["port"])


def _port_user(event: Event, fields: Fields) -> None:
    """802.1X and MAC RADIUS of a switch: the name is the outer one, and there is no address but one that it brought."""
    event.address = None
    event.category, event.action, event.outcome = "auth", "account.authenticated", "success"
    event.mac, event.protocol = forms.mac(fields.get("mac-address")), _known(fields, "user-type")
    event.device_basis = "observed" if event.mac else None
    name = _known(fields, "username")
    if forms.mac(name) is None:
        forms.name_account(event, name, "claimed")


def _administrator(outcome: str) -> _Reader:
    def fill(event: Event, fields: Fields) -> None:
        event.category, event.action, event.outcome = "auth", "account.logged_on", outcome
        event.logon_type, event.app = "remote", _known(fields, "client-mode")
        _from_ssh(event, fields)
        forms.name_account(event, _known(fields, "username"), "authenticated" if outcome == "success" else "claimed")

    return fill


def _from_ssh(event: Event, fields: Fields) -> None:
    """`ssh-connection` is sshd's SSH_CONNECTION: the client's address and port, the device's address and port."""
    ends = (fields.get("ssh-connection") or "").split(" ")
    event.address = event.address or forms.address(ends[0])
    if len(ends) == 4:
        event.destination = forms.address(ends[2])
        event.destination_port = _port(ends[3]) if event.destination else None


def _checked(event: Event, fields: Fields) -> None:
    event.category, event.action, event.outcome = "auth", "account.authenticated", "success"
    forms.name_account(event, _known(fields, "username"), "authenticated")


def _left(event: Event, fields: Fields) -> None:
    event.category, event.action, event.outcome = "auth", "account.logged_off", "success"
    forms.name_account(event, _known(fields, "username"), "observed")


def _typed(event: Event, fields: Fields) -> None:
    event.action, event.outcome = "command.executed", "success"
    event.app = (fields.get("command") or "").partition(" ")[0][:100] or None
    forms.name_account(event, _known(fields, "username"), "observed")


_READERS: Mapping[str, _Reader] = {
    "RT_FLOW_SESSION_CREATE": _flow("allowed"),
    "RT_FLOW_SESSION_CLOSE": _flow("allowed"),
    "RT_FLOW_SESSION_DENY": _flow("blocked"),
    "APPTRACK_SESSION_CLOSE": _flow("allowed"),
    "WEBFILTER_URL_BLOCKED": _page("blocked"),
    "WEBFILTER_URL_PERMITTED": _page("allowed"),
    "DOT1XD_USR_AUTHENTICATED": _port_user,
    "SSHD_LOGIN_FAILED": _administrator("failure"),
    "UI_AUTH_EVENT": _checked,
    "UI_LOGIN_EVENT": _administrator("success"),
    "UI_LOGOUT_EVENT": _left,
    "UI_CMDLINE_READ_LINE": _typed,
}

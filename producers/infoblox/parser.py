"""A line of NIOS: the program behind the head says how it is read.

Infoblox, "NIOS Administrator Guide": syslog, audit log, DNS query and response logging, RPZ logging in CEF.
"""

import re
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from model.event import Basis, Event
from producers import forms
from producers.envelopes.cef import Cef, read_cef
from producers.isc_dhcp.verbs import read_verb
from producers.isc_dhcp.version6 import read_version6
from producers.plain_words import fill_words
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, event_of, open_head
from producers.times import MONTHS, At, at_iso, at_local

# Some members write their address behind the name that the relay gave them.
_PROGRAM = re.compile(
    r"(?:(?P<host>[0-9a-fA-F.:]{2,45}|[\w.-]{1,128}) )?(?P<program>dhcpd|dhcpdv6|named|httpd)(?:\[\d{0,10}\])?: ?"
    r"(?P<says>.*)",
    re.A | re.S,
)
# A line of the syslog file that a member keeps: the facility stands where others have the host, and a level is told.
_FACILITIES = frozenset({"daemon", "user", "auth", "authpriv", "syslog", *(f"local{n}" for n in range(8))})
_LEVEL = r"(?:emerg|alert|crit|err|warning|notice|info|debug) "
_FILED = re.compile(
    r"(?:(?P<host>\(none\)|[\w.-]{1,128}) (?P<program>dhcpd|dhcpdv6|named|httpd)\[\d{0,10}\]: "
    rf"{_LEVEL}|{_LEVEL}rpz: )(?P<says>.*)",
    re.A | re.S,
)
_CLIENT = r"client (?:@0x[0-9a-f]{1,16} )?(?P<from>[0-9a-fA-F:.]{2,45})#\d{1,5}"
# named writes a name's blanks and other marks as \DDD: none is in it here.
_QUERY = re.compile(
    r"(?:queries: )?" + _CLIENT + r" \(\S{1,1024}\): (?:view \S{1,64}: )?query: (?P<name>\S{1,1024}) (?:IN|CH|HS) "
    r"(?P<type>\w{1,16}) \S{1,16} \([0-9a-fA-F:.]{2,45}\)",
    re.A,
)
_RESPONSE = re.compile(
    r"(?:infoblox-responses: )?"
    r"(?:(?P<day>\d\d)-(?P<month>[A-Z][a-z]{2})-(?P<year>\d{4}) (?P<clock>\d\d:\d\d:\d\d\.\d{3}) )?"
    + _CLIENT
    + r":? (?:view \S{1,64}: )?"
    r"(?:UDP|TCP): query: (?P<name>\S{1,1024}) (?:IN|CH|HS) (?P<type>\w{1,16}) response: (?P<code>[A-Z]{1,16}) "
    r"\S{1,16}(?: .*)?",
    re.A | re.S,
)
_RESOLVING = re.compile(
    r"(?P<code>[A-Z]{1,16}) unexpected RCODE resolving '(?P<name>[^'/\s]{1,1024})/\w{1,16}/\w{1,4}': "
    r"(?P<server>[0-9a-fA-F:.]{2,45})#(?P<port>\d{1,5})",
    re.A,
)
_ABOUT = re.compile(_CLIENT + r" \((?P<name>[^\s()]{1,1024})\): ", re.A)
_REWRITTEN = re.compile(
    r"\"?rpz \S{1,32} (?P<what>\S{1,32}) rewrite (?P<name>\S{1,1024}) \[\w{1,16}\] .*",
    re.A | re.S,
)
_AUDITED = re.compile(
    r"(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z) \[(?P<user>[^\[\]\s]{1,256})\]: (?P<word>[A-Z]\w{1,40})"
    r"(?P<rest> .*)?",
    re.A | re.S,
)
# Plain lines of dhcpd are isc_dhcp's: these bear what NIOS alone writes.
_BARE = (
    (
        "dhcpd",
        re.compile(
            r"DHCP[A-Z]{2,12} .{1,400} (?:TransID [0-9a-f]{1,8}|lease-duration \d{1,10})\b|DHCPEXPIRE on |"
            r"Option 82: received a |BOOTREQUEST from |bind update on \S{2,45} from \S{1,128} rejected: ",
            re.A,
        ),
    ),
    (
        "named",
        re.compile(r"(?:(?:infoblox-responses: )?\d\d-[A-Z][a-z]{2}-\d{4} [\d:.]{12} )?client .{4,200} query: ", re.A),
    ),
    ("named", re.compile(r"(?:CEF:)?0\|Infoblox\||[A-Z]{1,16} unexpected RCODE resolving '", re.A)),
    ("httpd", _AUDITED),
)
_BOOTP = re.compile(r"BOOTREQUEST from (?P<mac>[0-9a-fA-F:]{17}) via \S{1,64}(?:: .*)?", re.A | re.S)
# Why a step was not taken; the host name stands before it, in brackets.
_WHY = re.compile(r"(?: TransID [0-9a-f]{1,8}|^BOOTREQUEST from \S+ via \S+| rejected): (?P<why>[^():]{1,200})$", re.A)
_OPTION_82 = re.compile(r"Option 82: received a \w{1,16} DHCP packet from relay-agent [0-9a-fA-F:.]{2,45} ", re.A)
_LEASED = re.compile(r" for ([0-9.]{7,15}) \(([0-9a-fA-F:]{17})\) ", re.A)  # a circuit's name may hold such words, too
_FORGED = re.compile(r"\]: (?:Login|First_Login|Logout)")  # a name that was typed with blanks, and not escaped
_PAIR = re.compile(r" (?P<name>[a-z_]{1,32})=(?P<value>\S{0,256})", re.A)
_UTC = ZoneInfo("UTC")
_CLIENTS = ("msg", "destinationDnsDomain")  # in CEF; both hold the name that was asked for
_IN_CEF = ("src", "dst", "InfobloxDNSQType", "InfobloxDNSRCode", *_CLIENTS)
_OCTAL = re.compile(r"\\([0-3][0-7]{2})", re.A)
_SIGN_INS = {
    "Login_Allowed": "success",
    "First_Login": "success",
    "Login_Denied": "failure",
}


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    head = _bare(text) or open_head(text, context) if len(text) <= forms.LONGEST_LINE else None
    if head is None:
        return Refusal("no line of NIOS: expected a syslog head and `dhcpd[pid]:`, `named[pid]:` or `httpd:`")
    event = event_of(head, "infoblox", "device", "record.unrecognised")
    program, says = _program(head, event)
    reader = _READERS.get(program)
    if reader and not forms.is_cut(record):
        reader(event, says.strip(), context)
    return [event]


def _bare(text: str) -> Head | None:
    """A line of which a collector left the message alone, where no other product writes its like."""
    for program, pattern in _BARE:
        if pattern.match(text):
            return Head(text, tag=program)
    return None


def _program(head: Head, event: Event) -> tuple[str, str]:
    if head.tag:
        return head.tag, head.message
    if head.host in _FACILITIES and (match := _FILED.fullmatch(head.message)):
        event.reporter = match["host"] if match["host"] != "(none)" else None
        return match["program"] or "named", match["says"]
    match = _PROGRAM.fullmatch(head.message)
    return (match["program"], match["says"]) if match else ("", head.message)


def _lease(event: Event, says: str, _: Context) -> None:
    event.protocol = "dhcp"
    read_verb(event, says)
    if _OPTION_82.match(says):  # what a relay added to a step that has a line of its own
        leased = _LEASED.findall(says)
        address, card = leased[0] if len(leased) == 1 else (None, None)
        event.address, event.mac = forms.address(address), forms.mac(card)
        event.device_basis = "observed" if event.mac else None
    elif match := _BOOTP.fullmatch(says):
        event.vendor_action, event.mac = "BOOTREQUEST", forms.mac(match["mac"])
        event.device_basis = "observed" if event.mac else None
    elif event.action == "record.unrecognised":
        fill_words(event, says)
    if event.reason is None and (why := _WHY.search(says)):
        event.reason = why["why"].strip()


def _lease6(event: Event, says: str, _: Context) -> None:
    event.protocol = "dhcp"
    read_version6(event, says)
    if event.action == "record.unrecognised":
        fill_words(event, says)


def _answered_at(found: Mapping[str, str], context: Context) -> At | None:
    """The response line's own time: with a year and thousandths, in the source's zone, for the line names none."""
    month = MONTHS.get(found["month"].lower())
    year, day = int(found["year"]), int(found["day"])
    return at_local(year, month, day, found["clock"], context.timezone) if month else None


def _named(event: Event, says: str, context: Context) -> None:
    if says.startswith(("CEF:0|Infoblox|", "0|Infoblox|")):
        _in_cef(event, says)
    elif match := _QUERY.fullmatch(says) or _RESPONSE.fullmatch(says):
        found = match.groupdict()
        _asked(event, match["name"], match["from"])
        event.vendor_action, event.vendor_code = match["type"], found.get("code")
        _answered(event, found.get("code"))
        if found.get("year") and event.time_quality != "exact" and (at := _answered_at(found, context)):
            event.occurred_at, event.time_quality = at
    elif match := _RESOLVING.fullmatch(says):  # what another server answered; who had asked is not said
        event.protocol, event.domain, event.vendor_code = "dns", forms.host_of(match["name"]), match["code"]
        event.destination, event.destination_port = forms.address(match["server"]), forms.port(match["port"])
    else:
        fill_words(event, says)
        event.domain = forms.host_of(about["name"]) if (about := _ABOUT.search(says)) else None


def _asked(event: Event, name: str, client: str | None) -> None:
    event.category, event.protocol, event.action = "proxy", "dns", "web.requested"
    event.verdict = "unknown"
    event.domain, event.address = forms.host_of(name), forms.address(client)


def _answered(event: Event, code: str | None) -> None:
    """Whether the name was found, by the answer's code."""
    if code:
        event.outcome = "success" if code == "NOERROR" else "failure"
        event.reason = code if code != "NOERROR" else None


def _in_cef(event: Event, says: str) -> None:
    """What NIOS itself writes in CEF is a hit of a response policy zone; the Data Connector passes questions on."""
    cef = read_cef(says)
    if cef is None or not cef.extension.sound(*_IN_CEF) or not cef.extension.in_order(("src", "dst"), _CLIENTS):
        return
    if cef.product == "Data Connector":
        _connected(event, cef)
    elif match := _REWRITTEN.fullmatch(cef.extension.get("msg") or ""):
        _rewritten(event, cef, match)


def _connected(event: Event, cef: Cef) -> None:
    """A question of a client, or the answer to it (BloxOne Data Connector: DNS logs in CEF)."""
    name = cef.extension.get("destinationDnsDomain")
    if name and cef.signature in ("DNS Query", "DNS Response"):
        _asked(event, name, cef.extension.get("src"))
        event.destination = forms.address(cef.extension.get("dst"))
        event.vendor_action, event.vendor_code = cef.extension.get("InfobloxDNSQType"), cef.signature
        _answered(event, cef.extension.get("InfobloxDNSRCode"))


def _rewritten(event: Event, cef: Cef, match: re.Match[str]) -> None:
    """PASSTHRU lets the name through."""
    _asked(event, match["name"], cef.extension.get("src"))
    event.destination = forms.address(cef.extension.get("dst"))
    allowed = match["what"].upper() == "PASSTHRU"
    event.verdict, event.outcome = ("allowed", "success") if allowed else ("blocked", "failure")
    event.vendor_action, event.vendor_code = match["what"], cef.signature
    event.reason = None if allowed else f"response policy zone: {match['what']}"


def _audited(event: Event, says: str, _: Context) -> None:
    """httpd: who did what in the administration. Blanks in values are written as \\040."""
    match = _AUDITED.fullmatch(says)
    if match is None or _FORGED.search(match["rest"] or ""):
        return
    event.occurred_at, event.time_quality = at_iso(match["at"], _UTC) or (event.occurred_at, event.time_quality)
    event.category, event.vendor_action = "auth", match["word"]
    outcome = _SIGN_INS.get(match["word"])
    rest = match["rest"] or ""
    pairs = _PAIR.finditer(rest) if rest.startswith(" - - ") else ()
    values: dict[str, str] = {}
    for found in pairs:
        values.setdefault(found["name"], _unescaped(found["value"]))
    event.address, event.app = forms.address(values.get("ip")), values.get("apparently_via")
    if outcome:
        event.action, event.outcome = "account.authenticated", outcome
        event.reason = values.get("error") or values.get("info") if outcome == "failure" else None
    elif match["word"] == "Logout":
        event.action, event.outcome = "account.logged_off", "success"
    basis: Basis = "claimed" if outcome == "failure" else "authenticated" if outcome else "observed"
    forms.name_account(event, _unescaped(match["user"]), basis)


def _unescaped(text: str) -> str:
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), text) if "\\" in text else text


_READERS: Mapping[str, Callable[[Event, str, Context], None]] = {
    "dhcpd": _lease,
    "dhcpdv6": _lease6,
    "named": _named,
    "httpd": _audited,
}

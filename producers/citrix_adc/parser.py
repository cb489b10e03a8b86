"""A line of NetScaler: `03/04/2026:14:00:05 GMT ns1 0-PPE-0 : default SSLVPN LOGIN 123 0 : Key value - Key value`.

Citrix, "Citrix ADC Log Message Reference" (AAA, AAATM, SSLVPN, CLI, GUI, API, TCP).
"""

import re
from collections.abc import Callable, Mapping

from model.event import Event
from producers import forms
from producers.product import Context, Parsed, Refusal
from producers.syslog import whole_head
from producers.times import At, at_local

_MOST_BEFORE = 300  # characters of a relay's head
_BEGIN = re.compile(
    r"(?:^|(?<=[\s>]))(?P<a>\d\d(?:\d\d)?)/(?P<b>\d\d)/(?P<c>\d\d(?:\d\d)?):(?P<clock>\d\d:\d\d:\d\d) ?"
    r"(?P<zone>[A-Z]{3,4})? +(?:(?P<host>[\w.-]{1,128}) )?\d-PPE-\d{1,3} : (?:\w{1,64} )?"
    r"(?P<feature>[A-Z]{2,16}) (?P<event>[A-Z][A-Z_]{1,40}|Message) \d{1,20} \d : +",
    re.A,
)
# Some releases write neither when nor where, nor the feature of which the event is.
_BARE = re.compile(r"<\d{1,3}> ?default (?P<event>[A-Z][A-Z_]{1,40}|Message) \d{1,20} \d : +", re.A)
_FEATURE_OF = {"CMD_EXECUTED": "CLI"}
_CONTEXT = r"Context (?P<context>\S{1,320}) - SessionId: ?(?P<sid>\d{1,20}) ?- "
_CONTEXT_OR_NONE = rf"(?:{_CONTEXT})?"
_END = r"[0-9a-fA-F:.\[\]]{2,51}"  # an address with a port
_WHO = re.compile(
    _CONTEXT_OR_NONE + r"(?:Sessionid \d{1,20} - )?(?:\[TECHSUPPORT\] )?User (?P<user>.{1,256}?) "
    r"- Client_ip (?P<ip>[0-9a-fA-F:.]{0,45}) - (?P<rest>.*)",
    re.A | re.S,
)
_PAGE = re.compile(
    _CONTEXT_OR_NONE
    + r"(?:\[[A-Z]{1,20}\])* ?(?P<host>[\w.:-]{1,255}) User (?P<user>\S{1,256}) : Group\(s\) (?P<groups>[^:]{1,512}) : "
    r"Vserver [0-9a-fA-F:.]{2,51} - [\d/:]{19} ?[A-Z]{0,4} : (?:Message = )?SSO is (?:ON|OFF) : "
    r"(?P<method>[A-Z]{3,10}) (?P<path>\S{1,8192}) - -",
    re.A,
)
_ICA = re.compile(
    rf"(?:\[[\w=.-]{{1,64}}\] ?)*Source +(?P<source>{_END}) - Destination +(?P<to>{_END}) - "
    r"customername .{0,64}?- username:domainname (?P<user>[^\s:]{1,256}):(?P<domain>\S{0,256}) - "
    r"(?:applicationName (?P<app>.{1,256}?) - )?startTime .*",
    re.A | re.S,
)
_COMMAND = re.compile(
    r"User (?P<user>\S{1,256}) - (?:ADM_User \S{1,256} - )?Remote_ip (?P<ip>[0-9a-fA-F:.]{2,45}) - "
    r"Command \"(?P<command>.*)\" - Status \"(?P<status>[^\"]{1,512})\"",
    re.A | re.S,
)
_FLOW = re.compile(
    r"Source (?P<source>[0-9a-fA-F:.\[\]]{2,51}) - (?:.*? - )?Destination (?P<to>[0-9a-fA-F:.\[\]]{2,51}) - .*",
    re.A | re.S,
)
_PAIRS = re.compile(
    r"(?:^|(?<= - ))(ClientIP|Client_ip|Source|VserverServiceIP|Destination) ([0-9a-fA-F:.\[\]]{2,51})(?= - )"
)
_ONCE = (" - Client_ip ", " - Remote_ip ", " - SessionId:", "Context ", " - Source ", " - Destination ")
# They may hold a name that somebody typed, a host or a path that somebody asked for, a command.
_OTHERS_WORDS = frozenset({"Message", "HTTPREQUEST", "CMD_EXECUTED", "LOGIN_FAILED"})
# What AAA and SSLVPN write in words under the name `Message`.
_REJECTED = re.compile(
    r'"?Authentication is rejected for (?P<user>\S{1,256}) \(client ip : (?P<ip>[0-9a-fA-F:.]{2,45}) *, vserver ip: '
    r'(?P<to>[0-9a-fA-F:.]{2,45}) *\)(?:, extended error, if any : (?P<reason>[^"]{0,512}))?"?',
    re.A,
)
_AUTHORIZED = re.compile(
    r'"?SSLVPN Mux Authorize result is (?P<word>Allow|Deny), Srcip: (?P<ip>[0-9a-fA-F:.]{2,45}), '
    r'Dstip: (?P<to>[0-9a-fA-F:.]{2,45})"?',
    re.A,
)
_SUMS = re.compile(r" - Total_bytes_send (?P<sent>\d{1,19}) - Total_bytes_recv (?P<recv>\d{1,19})", re.A)
# The access log of the administration's own web server, and its shell's commands: without a head.
_ACCESSED = re.compile(
    r'(?P<ip>[0-9a-fA-F:.]{2,45}) -> (?P<to>[0-9a-fA-F:.]{2,45}) "(?P<method>[A-Z]{3,10}) (?P<url>[^\s"]{1,8192}) '
    r'HTTP/[\d.]{1,4}" (?P<code>\d{3}) (?P<size>\d{1,19}|-) "[^"]{0,4096}" "(?P<agent>[^"]{0,1024})" '
    r'"Time: \d{1,19} microsecs"',
    re.A,
)
_SHELL = re.compile(
    r'(?P<user>[^\s"]{1,64}) on (?P<tty>/dev/\S{1,32}|\(null\)|\S{1,32}) shell_command="(?P<command>.*)"', re.A | re.S
)
_SIGN_IN = re.compile(r"login (?P<who>\S{1,256})(?: .*)?", re.S)
_CLOCK = re.compile(r"(\d{1,5}):(\d\d):(\d\d)", re.A)


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= 65_536 else ""
    if text.startswith('"') and text.endswith('"') and _BEGIN.match(text[1:]):  # a cell of a CSV export
        text = text[1:-1].replace('""', '"')
    if (match := _ACCESSED.fullmatch(text) or _SHELL.fullmatch(text)) and not forms.is_cut(record):
        return [_of_itself(match)]
    if bare := _BARE.match(text):
        return [_told_bare(text[bare.end() :], bare["event"], whole=not forms.is_cut(record))]
    begin = _BEGIN.search(text, 0, _MOST_BEFORE)
    head = whole_head(text[: begin.start()], context) if begin else None
    if begin is None or head is None or head.tag is not None:
        return Refusal("no line of a Citrix ADC: expected `03/04/2026:14:00:05 GMT name 0-PPE-0 : default SSLVPN ...`")
    event = Event(product="citrix_adc", category="vpn", action="record.unrecognised")
    at = _at(begin, context, head.at[:10] if head.at else "") or (head.at, head.quality)
    event.occurred_at, event.time_quality = at
    event.reporter = begin["host"] or head.host
    event.vendor_action, event.vendor_code = f"{begin['feature']} {begin['event']}", begin["event"]
    _told(event, begin["feature"], begin["event"], text[begin.end() :], whole=not forms.is_cut(record))
    return [event]


def _of_itself(match: re.Match[str]) -> Event:
    event = Event(product="citrix_adc", category="auth", action="record.unrecognised", time_quality="received")
    if match.re is _SHELL:
        event.action, event.outcome, event.vendor_action = "command.executed", "unknown", "shell_command"
        event.app = match["command"].partition(" ")[0][:100] or None
        forms.name_account(event, match["user"], "observed")
        return event
    event.vendor_action, event.vendor_code = "httpaccess", match["code"]  # of the administration's pages
    event.address, event.destination = forms.address(match["ip"]), forms.address(match["to"])
    event.url, event.method = match["url"], forms.http_method(match["method"])
    event.bytes_in, event.user_agent = forms.whole(match["size"]), forms.known(match["agent"])
    return event


def _told_bare(says: str, name: str, whole: bool) -> Event:
    feature = _FEATURE_OF.get(name, "SSLVPN")
    event = Event(product="citrix_adc", category="vpn", action="record.unrecognised", time_quality="received")
    event.vendor_action, event.vendor_code = f"{feature} {name}", name
    _told(event, feature, name, says, whole)
    return event


def _told(event: Event, feature: str, name: str, says: str, whole: bool) -> None:
    says = says.replace('\\"', '"').strip()
    if whole and all(says.count(mark) <= 1 for mark in _ONCE):
        _read(event, feature, name, says)


def _at(begin: re.Match[str], context: Context, relayed: str) -> At | None:
    """MMDDYYYY, as delivered, or YYYYMMDD. A first number over twelve shows DDMMYYYY, and so does `relayed`, the day on
    which a relay had it, where that is the day the other way round."""
    first, second, last = int(begin["a"]), int(begin["b"]), int(begin["c"])
    if len(begin["a"]) == 4:
        year, month, day = first, second, last
    elif first > 12 or relayed == f"{last:04}-{second:02}-{first:02}":
        year, month, day = last, second, first
    else:
        year, month, day = last, first, second
    return at_local(year, month, day, begin["clock"], context.timezone, begin["zone"] or "")


def _read(event: Event, feature: str, name: str, says: str) -> None:
    known = _READERS.get((feature, name)) or _READERS.get(("", name))
    match = known[0].fullmatch(says) if known else None
    if known and match:
        known[1](event, match)
    elif match := _WHO.fullmatch(says):
        _client(event, match)
        forms.name_account(event, match["user"], "claimed")
    elif name not in _OTHERS_WORDS and (pairs := _PAIRS.findall(says)):
        _ends(event, dict(pairs))


def _ends(event: Event, said: dict[str, str]) -> None:
    """From where to where, of a handshake and the like; who that was no such line tells."""
    event.address = forms.address(said.get("ClientIP") or said.get("Client_ip") or said.get("Source"))
    event.destination, event.destination_port = forms.address_port(
        said.get("VserverServiceIP") or said.get("Destination")
    )


def _client(event: Event, match: re.Match[str]) -> dict[str, str]:
    """Who came from where in which session, and what else the line says by name."""
    event.session_id = match["sid"]
    behind = (match["context"] or "").rpartition("@")[2]
    event.address = forms.address(match["ip"]) or forms.address(behind)
    said: dict[str, str] = {}
    for piece in match["rest"].split(" - "):
        key, _, value = piece.strip().partition(" ")
        said.setdefault(key, value.strip().strip('"'))
    event.bytes_out, event.bytes_in = (
        forms.whole(said.get("Total_bytes_send")),
        forms.whole(said.get("Total_bytes_recv")),
    )
    clock = _CLOCK.fullmatch(said.get("Duration", ""))
    event.duration_s = float(int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])) if clock else None
    return said


def _opened(event: Event, match: re.Match[str]) -> None:
    said = _client(event, match)
    event.action = "tunnel.opened" if event.vendor_action == "SSLVPN LOGIN" else "account.authenticated"
    event.category = "vpn" if event.action == "tunnel.opened" else "auth"
    event.outcome, event.user_agent = "success", forms.known(said.get("Browser_type"))
    forms.name_account(event, match["user"], "authenticated")


def _closed(event: Event, match: re.Match[str]) -> None:
    said = _client(event, match)
    event.action = "tunnel.closed" if event.vendor_action == "SSLVPN LOGOUT" else "account.logged_off"
    event.category = "vpn" if event.action == "tunnel.closed" else "auth"
    event.outcome, event.reason = "success", forms.known(said.get("LogoutMethod"))
    forms.name_account(event, match["user"], "observed")


def _refused(event: Event, match: re.Match[str]) -> None:
    said = _client(event, match)
    event.category, event.action, event.outcome = "auth", "account.authenticated", "failure"
    event.reason, event.user_agent = forms.known(said.get("Failure_reason")), forms.known(said.get("Browser"))
    forms.name_account(event, match["user"], "claimed")


def _connection(event: Event, match: re.Match[str]) -> None:
    said = _client(event, match)
    event.category, event.action = "proxy", "connection.recorded"
    word = "Denied" if "Denied_by_policy" in said else said.get("Access", "")
    event.verdict = {"Allowed": "allowed", "Denied": "blocked"}.get(word, "unknown")
    event.reason = forms.known(said.get("Denied_by_policy"))
    event.outcome = {"allowed": "success", "blocked": "failure"}.get(event.verdict, "unknown")
    event.destination, event.destination_port = forms.address_port(said.get("Destination"))
    event.protocol = "udp" if "UDP" in (event.vendor_code or "") else "tcp"
    forms.name_account(event, match["user"], "observed")


def _page(event: Event, match: re.Match[str]) -> None:
    event.session_id, event.address = match["sid"], forms.address((match["context"] or "").rpartition("@")[2])
    event.domain = forms.host_of(match["host"])
    event.category, event.action, event.outcome, event.verdict = "proxy", "web.requested", "success", "allowed"
    event.method = forms.http_method(match["method"])
    event.url = match["path"] if event.method == "CONNECT" else match["host"] + match["path"]
    forms.name_account(event, match["user"], "observed")


def _application(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome = "proxy", "connection.recorded", "success"
    event.address = forms.address_port(match["source"])[0]
    event.destination, event.destination_port = forms.address_port(match["to"])
    event.app = forms.known(match["app"])
    if match["user"] != "anonymous":
        forms.name_account(event, match["user"], "observed")
        event.account_domain = event.account_domain or forms.realm(match["domain"])


def _command(event: Event, match: re.Match[str]) -> None:
    event.category, event.address = "auth", forms.address(match["ip"])
    event.outcome = "success" if match["status"] == "Success" else "failure"
    event.reason = None if event.outcome == "success" else match["status"]
    event.action = "account.authenticated" if _SIGN_IN.fullmatch(match["command"]) else "command.executed"
    if event.action == "account.authenticated":
        forms.name_account(event, match["user"], "authenticated" if event.outcome == "success" else "claimed")
    else:
        event.app = f"{event.vendor_action} {match['command']}".partition(" CMD_EXECUTED ")[2]
        forms.name_account(event, match["user"], "observed")


def _rejected(event: Event, match: re.Match[str]) -> None:
    event.category, event.action, event.outcome = "auth", "account.authenticated", "failure"
    event.address, event.destination = forms.address(match["ip"]), forms.address(match["to"])
    event.reason = forms.known(match["reason"])
    forms.name_account(event, match["user"], "claimed")


def _authorized(event: Event, match: re.Match[str]) -> None:
    """Beside the connection that counts."""
    event.address, event.destination = forms.address(match["ip"]), forms.address(match["to"])
    event.outcome = "success" if match["word"] == "Allow" else "failure"


def _flow(event: Event, match: re.Match[str]) -> None:
    event.category, event.address = "proxy", forms.address_port(match["source"])[0]
    event.destination, event.destination_port = forms.address_port(match["to"])
    event.protocol = "tcp"
    if sums := _SUMS.search(match[0]):
        event.bytes_out, event.bytes_in = forms.whole(sums["sent"]), forms.whole(sums["recv"])
    if event.vendor_code != "CONN_TERMINATE":  # of which either end may have begun
        event.action, event.outcome = "connection.recorded", "success"


_Reader = Callable[[Event, re.Match[str]], None]
_READERS: Mapping[tuple[str, str], tuple[re.Pattern[str], _Reader]] = {
    ("", "LOGIN"): (_WHO, _opened),
    ("", "LOGOUT"): (_WHO, _closed),
    ("", "LOGIN_FAILED"): (_WHO, _refused),
    ("", "TCPCONNSTAT"): (_WHO, _connection),
    ("", "UDPFLOWSTAT"): (_WHO, _connection),
    ("", "NONHTTP_RESOURCEACCESS_DENIED"): (_WHO, _connection),
    ("", "HTTPREQUEST"): (_PAGE, _page),
    ("", "ICASTART"): (_ICA, _application),
    ("", "ICAEND_CONNSTAT"): (_ICA, _application),
    ("", "CMD_EXECUTED"): (_COMMAND, _command),
    ("AAA", "Message"): (_REJECTED, _rejected),
    ("SSLVPN", "Message"): (_AUTHORIZED, _authorized),
    ("TCP", "CONN_TERMINATE"): (_FLOW, _flow),
    ("TCP", "CONN_DELINK"): (_FLOW, _flow),
    ("TCP", "OTHERCONN_DELINK"): (_FLOW, _flow),
}

"""ISE's syslog: category, message id, segment, time with offset, code, class, and attributes with commas between.

https://www.cisco.com/c/en/us/td/docs/security/ise/syslog/Cisco_ISE_Syslogs/m_IntrotoSyslogs.html
"""

import re

from model.event import Basis, Event
from producers import forms
from producers.envelopes.fields import Fields, collect
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal
from producers.syslog import is_by, open_head
from producers.times import at_iso

_LONGEST = 65_536
_SEGMENT = re.compile(
    r"(?P<category>CISE_\w{1,80}) (?P<id>\d{1,12}) (?P<total>\d{1,3}) (?P<number>\d{1,3}) (?P<rest>.*)", re.S
)
# A collector that takes the category for a program's name may leave it out: then the shape of the rest has to tell.
_FURTHER = re.compile(r"(?:CISE_\w{1,80} \d{1,12}|\b\d{10}) \d{1,3} \d{1,3} ")
_UNNAMED = re.compile(
    r"(?P<id>\d{10}) (?P<total>\d{1,3}) (?P<number>\d{1,3}) (?P<rest>(?:\d{4}-\d\d-\d\d | ?[A-Z][\w -]{1,60}=).*)", re.S
)
# Of the monitoring node's own upkeep, which it does not number.
_ALONE = re.compile(
    r"(?P<rest>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,9} [+-]\d\d:?\d\d \d{5} (?:INFO|NOTICE|WARN|ERROR|FATAL) .*)", re.S
)
_FIRST = re.compile(
    r"(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? [+-]\d\d:?\d\d) (?:\d{1,12} )?(?P<code>\d{1,6}) [A-Z]+ +"
    r"(?P<kind>[^:,=]{1,80}): (?P<says>[^,=]{1,300})(?:, ?(?P<rest>.*))?",
    re.S,
)
_BETWEEN = re.compile(r"(?<!\\), ?")
_ESCAPED = re.compile(r"\\{1,2}([\\,;={}])")
_NAME = re.compile(r"[A-Za-z][\w .()/\-]{0,79}", re.A)
# Who, which card, from where: names that must stand once. `UserName` is what ISE resolved, `User-Name` the outer one.
_IDENTITY = (
    *("UserName", "User-Name", "Calling-Station-ID", "Framed-IP-Address", "EndPointMACAddress", "IpAddress"),
    *("AdminName", "AdminIPAddress", "GuestUserName", "AuthenticationStatus", "NAS-Port-Type", "User"),
    *("Remote-Address", "EndpointMacAddress", "EndpointIPAddress"),
)
_CARDS = ("EndPointMACAddress", "Calling-Station-ID", "EndpointMacAddress")
_ACCOUNTING = {"3000": "start", "3001": "stop", "3002": "interim"}
_VPN = {"start": "tunnel.opened", "stop": "tunnel.closed", "interim": "tunnel.reported"}
_GUEST_PASSED = "5231"
_GUESTS = frozenset({_GUEST_PASSED, "5418"})  # signed in, or refused, at the guest portal, which tells their address
_DEVICE_ADMINISTRATION = "5201"  # signed in to a network device by TACACS+
_PASSED = frozenset({"5200", _GUEST_PASSED, _DEVICE_ADMINISTRATION})
_COMMANDS = frozenset({"5202", "5203"})  # a command, or a shell, that TACACS+ allowed
_CATEGORIES = {  # of records whose category was left out, by their class
    "Failed-Attempt": "Failed_Attempts",
    "Passed-Authentication": "Passed_Authentications",
    "Administrator-Login": "Administrative_and_Operational_Audit",
    "Profiler": "Profiler",
}
_ADMINISTRATORS = {"51000": "failure", "51001": "success", "51020": "failure", "51021": "failure", "51022": "failure"}
_ADMINISTRATORS |= dict.fromkeys(("51004", "51005", "51006", "51007", "51008", "51009"), "failure")  # not let in
_ADDRESSES = {  # of categories whose records have the address of who sits at a portal or an administrator's terminal
    "Guest": "IpAddress",
    "MyDevices": "IpAddress",
    "TACACS_Accounting": "Remote-Address",
    "Profiler": "EndpointIPAddress",
}
_NO_CLASS = forms.MISSING | {"null"}
_SENTENCES = frozenset({"OperationMessageText", "FailureReason"})  # ISE's own words, in which it escapes no comma
_TIMES_4_GB = 1 << 32
_MOST_SEGMENTS = 999


def parse(record: bytes, context: Context) -> Parsed:
    """A message: its first segment tells what happened, those that were cut with it go on. Or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    text, *others = text.split("\n", _MOST_SEGMENTS)
    head = open_head(text, context)
    says = (head.message if head else text).removesuffix("#015")  # a carriage return, as rsyslog writes it
    segment = _SEGMENT.fullmatch(says) or _UNNAMED.fullmatch(says)
    if segment is None and (segment := _ALONE.fullmatch(text)):
        head = None  # its time looks like one
    if segment is None or not is_by(head):
        return Refusal("no ISE record: expected `CISE_<category> <id> <segments> <segment> ...`")
    named = segment.groupdict()
    event = Event(
        product="cisco_ise",
        category="auth",
        action="record.unrecognised",
        time_quality="received",
        reporter=head.host if head else None,
        vendor_action=named.get("category", "").removeprefix("CISE_") or None,
    )
    first = _FIRST.fullmatch(segment["rest"]) if named.get("number", "0") == "0" else None
    if first is None:
        if head:
            event.occurred_at, event.time_quality = head.at, head.quality
        if not forms.is_cut(record):
            _of_a_part(event, segment["rest"])
        return [event]
    event.occurred_at, event.time_quality = at_iso(first["at"], context.timezone) or (None, "received")
    event.received_at = head.at if head and head.quality == "exact" else None
    event.vendor_code = first["code"]
    event.vendor_action = event.vendor_action or _CATEGORIES.get(first["kind"], forms.known(first["kind"], _NO_CLASS))
    fields = _attributes((first["rest"] or "") + "".join(map(_continued, others)))
    if not fields.sound(*_IDENTITY) or forms.is_cut(record):
        return [event]
    _read(event, fields, first["says"].strip())
    return [event]


def _of_a_part(event: Event, text: str) -> None:
    """What a segment without its message plainly says. It may begin within a value: its first attribute is left out."""
    _, *rest = _BETWEEN.split(text, maxsplit=1)
    fields = _attributes(rest[0] if rest and not text.startswith(",") else "")
    if not fields.sound(*_IDENTITY):
        return
    name = fields.get("UserName", "User-Name")
    # Another segment says whether the name was checked, and whether a VPN client told the card itself.
    event.mac = forms.mac(fields.get("EndPointMACAddress", "Calling-Station-ID")) or forms.mac(name)
    event.device_basis = "claimed" if event.mac else None
    event.address, event.reason = forms.address(fields.get("Framed-IP-Address")), fields.get("FailureReason")
    if not forms.mac(name):
        forms.name_account(event, name, "claimed")


def _continued(line: str) -> str:
    """What a further segment adds: ISE goes on where the one before ended, be it within a value."""
    segment = _FURTHER.search(line)
    return line[segment.end() :].removesuffix("#015").rstrip("\r") if segment else ""


def _attributes(text: str) -> Fields:
    """`name=value, name=value,`. ISE puts a backslash (some versions two) before a comma within a value. What has no
    comma behind it may be cut, by the end of a segment or by a relay: it is left out."""
    pairs, broken = [], False
    for part in _BETWEEN.split(text)[:-1]:
        name, equals, value = part.partition("=")
        if equals and _NAME.fullmatch(name.strip()):
            pairs.append((name.strip(), _ESCAPED.sub(r"\1", value.strip(forms.BLANKS))))
        elif pairs and pairs[-1][0] in _SENTENCES and "=" not in part:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}, {part.strip()}")
        elif part.strip():
            broken = True
    return _of(pairs, broken)


def _of(pairs: list[tuple[str, str]], broken: bool) -> Fields:
    """Steps and their data repeat by the hundred: they say nothing to us."""
    return collect([pair for pair in pairs if not pair[0].startswith(("Step", "cisco-av-pair"))], broken)


def _read(event: Event, fields: Fields, says: str) -> None:
    code, category = event.vendor_code or "", event.vendor_action or ""
    if code in _ACCOUNTING:
        _accounting(event, fields, _ACCOUNTING[code])
    elif code in _PASSED:
        _authentication(event, fields, "success")
    elif category == "Failed_Attempts" and fields.get("UserName", "User-Name", "EndPointMACAddress"):
        _authentication(event, fields, "failure")
        event.reason = fields.get("FailureReason") or says
    elif category == "Administrative_and_Operational_Audit":
        _administrator(event, fields)
    else:
        _client(event, fields, "Remote-Address" if code in _COMMANDS else _ADDRESSES.get(category, ""))
        event.outcome = "success" if code in _COMMANDS else "unknown"
        fill_plainly(event, {"user": fields.get("UserName", "User-Name", "User", "AD-Account-Name") or ""})


def _client(event: Event, fields: Fields, address: str = "") -> None:
    """Behind a VPN server EndPointMACAddress is what AnyConnect says of itself (mdm-tlv). `address` names the field of
    its address, where such a record has one: any other was written by the client, in its outer name."""
    cards = {card for name in _CARDS if (card := forms.mac(fields.get(name)))}
    event.mac = cards.pop() if len(cards) == 1 else None
    tunnel = fields.get("NAS-Port-Type") == "Virtual"
    event.device_basis = ("claimed" if tunnel else "observed") if event.mac else None
    event.address = forms.address(fields.get("Calling-Station-ID")) or forms.address(fields.get(address))
    event.session_id = fields.get("CPMSessionID", "Acct-Session-Id", "AcsSessionID")
    event.destination = fields.get("NetworkDeviceName")


def _authentication(event: Event, fields: Fields, outcome: str) -> None:
    """`UserName` is the inner identity of a tunneled EAP. By MAC (MAB) the name is the card, and no account. A policy
    may let somebody pass whom ISE did not authenticate: AuthenticationStatus tells, where it stands."""
    administers = event.vendor_code == _DEVICE_ADMINISTRATION
    _client(event, fields, "IpAddress" if event.vendor_code in _GUESTS else "Remote-Address" if administers else "")
    if fields.get("NAS-Port-Type") == "Virtual":
        event.category = "vpn"
    event.action, event.outcome = "account.authenticated", outcome
    event.protocol = fields.get("AuthenticationMethod")
    inner, outer = fields.get("UserName", "GuestUserName"), fields.get("User-Name")
    inner = inner or (fields.get("User") if administers else None)
    looked_up = fields.get("UseCase") == "Host Lookup" or event.protocol == "Lookup"
    by_card = forms.mac(inner or outer) is not None or looked_up
    passed = fields.get("AuthenticationStatus") == "AuthenticationPassed" or event.vendor_code in (
        _GUEST_PASSED,
        _DEVICE_ADMINISTRATION,
    )
    proven = outcome == "success" and inner and passed
    if not by_card:
        forms.name_account(event, inner or outer, "authenticated" if proven else "claimed")


def _accounting(event: Event, fields: Fields, kind: str) -> None:
    """Accounting repeats the outer name, which the client chose, except behind a VPN server, which asked for it."""
    _client(event, fields, "Framed-IP-Address")
    tunnel = fields.get("NAS-Port-Type") == "Virtual"
    name = fields.get("UserName", "User-Name")
    if tunnel:
        event.category, event.action = "vpn", _VPN[kind]
        event.assigned_address = forms.address(fields.get("Framed-IP-Address"))
    elif kind == "interim":
        fill_plainly(event, {})
    else:
        event.action = "account.logged_on" if kind == "start" else "account.logged_off"
        event.logon_type = "network" if kind == "start" else None
    event.outcome = "success"
    event.session_id = fields.get("Acct-Session-Id") or event.session_id
    event.reason = fields.get("Acct-Terminate-Cause")
    event.bytes_out, event.bytes_in = _octets(fields, "Input"), _octets(fields, "Output")
    seconds = forms.whole(fields.get("Acct-Session-Time"))
    event.duration_s = None if seconds is None else float(seconds)
    if forms.mac(name) is None:
        forms.name_account(event, name, "observed" if tunnel else "claimed")


def _octets(fields: Fields, way: str) -> int | None:
    """Input is what came from the client."""
    octets = forms.whole(fields.get(f"Acct-{way}-Octets"))
    wraps = forms.whole(fields.get(f"Acct-{way}-Gigawords")) or 0
    return None if octets is None else octets + min(wraps, 1 << 20) * _TIMES_4_GB


def _administrator(event: Event, fields: Fields) -> None:
    outcome = _ADMINISTRATORS.get(event.vendor_code or "")
    event.address = forms.address(fields.get("AdminIPAddress"))
    if outcome:
        event.action, event.outcome = "account.authenticated", outcome
        event.reason = fields.get("FailureReason") if outcome == "failure" else None
    elif event.vendor_code == "51002":
        event.action, event.outcome = "account.logged_off", "success"
    known = event.vendor_code == "51002" or (event.vendor_code or "").startswith("52")  # changes, of who is signed in
    basis: Basis = "authenticated" if outcome == "success" else "observed" if known else "claimed"
    forms.name_account(event, fields.get("AdminName"), basis)

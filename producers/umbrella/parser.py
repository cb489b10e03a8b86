"""Rows of Umbrella's log export, DNS and proxy, read under their heading or by position; times are UTC.

Cisco, "Log Formats and Versioning", "DNS Log Formats", "Web Log Formats". Columns are only ever added at the end.
"""

import csv
import re
from zoneinfo import ZoneInfo

from model.event import Event
from producers import forms
from producers.envelopes import csv_rows
from producers.envelopes.fields import Fields, collect
from producers.product import Context, Parsed, Refusal
from producers.times import at_iso

_DNS = (
    *("timestamp", "identity", "identities", "internal ip", "external ip", "action", "query type", "response code"),
    *("domain", "categories", "identity type", "identity types", "blocked categories"),
)
_PROXY = (
    *("timestamp", "identity", "internal ip", "external ip", "destination ip", "content type", "action", "url"),
    *("referer", "user agent", "status code", "request size", "response size", "response body size", "sha256"),
    *("categories", "av detections", "puas", "amp disposition", "amp malware name", "amp score", "identity type"),
    *("blocked categories", "identities", "identity types", "request method"),
)
_WITH_BYTES = 22  # columns of a cloud firewall's row that tells the bytes of initiator and responder
_FEWEST = 10  # columns of the oldest version of either
_SAME = {  # as headings of later versions may call them, without blanks and marks
    "policyidentity": "identity",
    "mostgranularidentity": "identity",
    "policyidentitytype": "identity type",
    "mostgranularidentitytype": "identity type",
    "verdict": "action",
    "status": "status code",
} | {name.replace(" ", ""): name for name in (*_DNS, *_PROXY)}
_UTC = ZoneInfo("UTC")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.A)
_ROW = re.compile(r'(?:"(?:[^"]|"")*+"(?:, *(?=")|$))++')
_VERDICTS = {"allowed": ("allowed", "success"), "proxied": ("allowed", "success"), "blocked": ("blocked", "failure")}
_PEOPLE = frozenset({"ad users", "ad user", "directory users", "saml users", "g suite users"})
_OF_THE_DOMAIN = frozenset({"ad computers", "ad computer"})  # as their accounts in Active Directory are called
_COMPUTERS = _OF_THE_DOMAIN | {"roaming computers", "roaming computer", "anyconnect roaming client", "mobile devices"}
_FIREWALL = {"ALLOW": ("allowed", "success"), "BLOCK": ("blocked", "failure")}
_INTRUSIONS = {
    "Blocked": ("blocked", "failure"),
    "Would Block": ("allowed", "success"),
    "Detected": ("allowed", "success"),
}
_LOSSES = {"BLOCK": ("blocked", "failure"), "MONITOR": ("allowed", "success")}
_SCANS = frozenset({"Real Time", "SaaS API"})
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp"}
_MAIL = re.compile(r".*\(([^\s()@]{1,100}@[^\s()@]{1,200})\)")


def is_heading(record: bytes) -> bool:
    """Whether a record is the row of column names that later versions can begin with."""
    return record[:14].lstrip(b"\xef\xbb\xbf").lower().lstrip(b'"').startswith(b"timestamp")


def parse(record: bytes, context: Context) -> Parsed:
    """One row as one event; the heading has no meaning to us."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    if not text:
        return Refusal("an empty row")
    event = Event(product="umbrella", category="proxy", action="record.unrecognised", time_quality="received")
    cells = _cells(text) if len(text) <= 65_536 else []
    if _other(event, cells or _bare(text)):
        return [event]
    if len(cells) < _FEWEST or not _TIMESTAMP.fullmatch(cells[0]):
        return [event]
    event.occurred_at, event.time_quality = at_iso(cells[0], _UTC) or (None, "received")
    if event.occurred_at:
        event.time_quality = "exact"
    fields = _fields(cells, context)
    believed = ("identity", "identity type", "internal ip", "external ip", "domain", "url")
    if fields and fields.sound(*believed) and _in_place(fields):
        _read(event, fields)
    return [event]


def _bare(text: str) -> list[str]:
    """The cells of a row of the cloud firewall's first version, which has no quotes."""
    return (
        [] if '"' in text or len(text) > forms.LONGEST_LINE else [cell.strip(forms.BLANKS) for cell in text.split(",")]
    )


def _other(event: Event, cells: list[str]) -> bool:
    """The cloud firewall, the IP layer, the audit log, intrusions and lost data, known by their cells; else False."""
    size = len(cells)
    if size >= 14 and cells[4] in ("OUTBOUND", "INBOUND") and cells[13] in _FIREWALL and _stamp(event, cells[0]):
        event.action, event.vendor_action = "connection.recorded", cells[13]
        event.verdict, event.outcome = _FIREWALL[cells[13]]
        event.protocol = _PROTOCOLS.get(cells[5], cells[5] or None)
        _ends(event, cells[7], cells[9], cells[10])
        if size >= _WITH_BYTES:
            event.bytes_out, event.bytes_in = forms.whole(cells[20]), forms.whole(cells[21])
        return True
    if size == 7 and forms.address(cells[2]) and forms.address(cells[4]) and _stamp(event, cells[0]):
        event.action, event.url_category = "connection.recorded", forms.known(cells[6])
        _ends(event, cells[2], cells[4], cells[5])
        return True
    if size == 8 and forms.address(cells[2]) and forms.address(cells[4]) and _stamp(event, cells[0]):
        event.action, event.url_category = "connection.recorded", forms.known(cells[6])
        _ends(event, cells[2], cells[4], cells[5])
        _name(event, collect([("identity", cells[1]), ("identity type", cells[7])]))
        return True
    if size == 9 and cells[0].isdigit() and _TIMESTAMP.fullmatch(cells[1]) and _stamp(event, cells[1]):
        event.vendor_action, event.address = f"{cells[4]} {cells[5]}", forms.address(cells[6])
        forms.name_account(event, None if cells[2] == "null" else cells[2], "claimed")
        return True
    if size >= 17 and cells[16] in _INTRUSIONS and forms.address(cells[12]) and _stamp(event, cells[0]):
        event.vendor_action, event.protocol = cells[16], forms.protocol(cells[10])
        event.verdict, event.outcome = _INTRUSIONS[cells[16]]
        _ends(event, cells[12], cells[14], cells[15])
        return True
    # Of a proxy row these two cells are its client's to write, but the fourth is an address, and here a severity.
    if size >= 17 and cells[9] in _LOSSES and cells[1] in _SCANS and cells[3].isalpha() and _stamp(event, cells[0]):
        event.vendor_action, event.app = cells[9], forms.known(cells[7])
        event.verdict, event.outcome = _LOSSES[cells[9]]
        event.url = forms.known(cells[8])
        event.domain = forms.host_of(event.url)
        return True
    return False


def _stamp(event: Event, text: str) -> bool:
    at = at_iso(text, _UTC) if _TIMESTAMP.fullmatch(text) else None
    event.occurred_at, event.time_quality = (at[0], "exact") if at else (None, "received")
    return at is not None


def _ends(event: Event, source: str, to: str, port: str) -> None:
    event.address, event.destination = forms.address(source), forms.address(to)
    number = forms.whole(port)
    event.destination_port = number if number and number < 65_536 else None


def _cells(text: str) -> list[str]:
    """Every cell stands in quotes, and a quote within is doubled; none where that does not hold."""
    if not _ROW.fullmatch(text):
        return []
    try:
        return [cell.strip(forms.BLANKS) for cell in next(csv.reader([text], skipinitialspace=True, strict=True), [])]
    except csv.Error:
        return []


def _fields(cells: list[str], context: Context) -> Fields | None:
    """The cells under the names of their heading, else of DNS or proxy, told apart by where the verdict stands."""
    if context.heading:
        written = [re.sub("[^a-z]", "", name) for name in csv_rows.names_of(context.heading)]
        return collect(list(zip([_SAME.get(name, name) for name in written], cells, strict=False)))
    for names in (_DNS, _PROXY):
        if cells[names.index("action")].lower() in _VERDICTS:
            return collect(list(zip(names, cells, strict=False)))
    return None


def _in_place(fields: Fields) -> bool:
    """Whether the cells stand where they belong: a client that closes a quote of its own moves all behind it.

    The type of the identity is one of the types of the identities; where there is none, the status is a number.
    """
    kind, kinds = fields.get("identity type"), fields.get("identity types")
    if kind:
        return not kinds or kind.lower() in (one.strip().lower() for one in kinds.split(","))
    status = fields.values.get("status code")
    return not kinds and (status is None or status.isdigit())


def _read(event: Event, fields: Fields) -> None:
    event.vendor_action = fields.get("action")
    event.verdict, event.outcome = _VERDICTS.get((event.vendor_action or "").lower(), ("unknown", "unknown"))
    event.url = fields.get("url")
    event.domain = forms.host_of(event.url or fields.get("domain"))
    if event.domain is None:
        return
    event.action = "web.requested"
    event.protocol = None if event.url else "dns"
    event.vendor_code = fields.get("status code", "response code")
    event.address = forms.address(fields.get("internal ip")) or forms.address(fields.get("external ip"))
    event.destination = forms.address(fields.get("destination ip"))
    event.url_category = fields.get("categories")
    event.reason = fields.get("blocked categories") if event.verdict == "blocked" else None
    event.user_agent = fields.get("user agent")
    event.method = forms.http_method(fields.get("request method"))
    event.bytes_out = forms.whole(fields.get("request size"))
    event.bytes_in = forms.whole(fields.get("response size"))
    _name(event, fields)


def _name(event: Event, fields: Fields) -> None:
    """The identity that the policy was chosen by, then the others: a person and a computer, where the types say so."""
    others = [one.strip(forms.BLANKS) for one in (fields.get("identities") or "").split(",")]
    kinds = [one.strip(forms.BLANKS) for one in (fields.get("identity types") or "").split(",")]
    pairs = list(zip(others, kinds, strict=True)) if len(others) == len(kinds) else []  # a name may hold a comma
    for identity, kind in ((fields.get("identity") or "", fields.get("identity type") or ""), *pairs):
        if kind.lower() in _PEOPLE and event.account is None:
            mail = _MAIL.fullmatch(identity)
            plain = identity if not re.search(r"[\s,()]", identity) else None  # a full name is no account
            forms.name_account(event, mail[1] if mail else plain, "observed")
        elif kind.lower() in _COMPUTERS and event.device is None:
            event.device = identity or None  # of a roaming computer the name that it last gave itself
            event.device_basis = ("observed" if kind.lower() in _OF_THE_DOMAIN else "claimed") if identity else None

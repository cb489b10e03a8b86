"""Rows of the DHCP audit log: comma-separated, under the heading of their file, in the server's local time.

The meanings of the ids stand in the preamble of each file; Microsoft lists them under "Analyze DHCP server log files".
"""

import re

from model.event import Event
from producers import forms
from producers.envelopes import csv_rows
from producers.envelopes.fields import Fields, collect
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, is_by, whole_head
from producers.times import at_local

# The columns since Windows 2000; later ones are added behind them. Used where a file has lost its heading.
_COLUMNS_4 = ("id", "date", "time", "description", "ip address", "host name", "mac address")
_COLUMNS_6 = (
    *("id", "date", "time", "description", "ipv6 address", "host name"),
    *("error code", "duid length", "duid bytes(hex)"),
)
_WIDTHS = (7, 13, 19)  # Windows 2003, 2008, and since 2012
_CARD = 6  # the place of the card
_FIRST_OF_CLIENT = 13  # from here on vendor and user class: the client's own words
_OF_VERSION_6 = 11000  # ids from here on stand in the DHCPv6 log
_ROW = re.compile(r"\d{1,5},\d{1,2}/\d{1,2}/\d{2,4},\d{1,2}:\d\d:\d\d,", re.A)
_SENT_ROW = re.compile(r"(?<=[\s:])" + _ROW.pattern, re.A)
_EPILOG = re.compile(r"\bGenericLog\s+\d\s+$", re.A)  # Snare Epilog's own words before a line of a file
_SENDERS = ("dhcp", "msdhcp", "windhcp", "windowsdhcp", "windows_dhcp")
_PREAMBLE = re.compile(rb"\s*Microsoft DHCP|Event ID\b|\d{2,5}\t|QResult\b|ID,Date,Time", re.I)
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})", re.A)
_ACTIONS = {
    10: ("lease.granted", "success"),  # new
    11: ("lease.granted", "success"),  # renewed
    12: ("lease.released", "success"),
    13: ("lease.declined", "failure"),  # the address was found to be in use
    14: ("lease.denied", "failure"),  # the scope is exhausted
    15: ("lease.denied", "failure"),
    16: ("lease.expired", "success"),  # deleted
    17: ("lease.expired", "success"),  # expired, DNS records not deleted yet
    18: ("lease.expired", "success"),  # expired and DNS records deleted
    20: ("lease.granted", "success"),  # BOOTP
    22: ("lease.denied", "failure"),  # BOOTP: the scope is exhausted
    11000: ("lease.sought", "unknown"),
    11001: ("lease.offered", "success"),
    11002: ("lease.requested", "unknown"),
    11004: ("lease.requested", "unknown"),  # renew
    11005: ("lease.requested", "unknown"),  # rebind
    11006: ("lease.declined", "failure"),
    11007: ("lease.released", "success"),
    11008: ("lease.informed", "unknown"),
}
# What has no lease in it. A request for an update of DNS (30) is no result.
_OUTCOMES = {
    **dict.fromkeys((0, 1, 24, 25, 32, 51, 52, 53, 55, 1103, 11010, 11011), "success"),
    **dict.fromkeys((31, 33, 34, 35, 36, 54, 56, 58, 59), "failure"),
}
_DUID_WITH_MAC = {"00010001": 8, "00030001": 4}  # link-layer with and without time, Ethernet: bytes before the MAC


def is_heading(record: bytes) -> bool:
    """Whether a record is the row of column names."""
    return record[:12].lower().startswith(b"id,date,time")


def is_preamble(record: bytes) -> bool:
    """Whether a record is of those with which every file begins: its title, what the ids mean, the column names."""
    return _PREAMBLE.match(record) is not None


def parse(record: bytes, context: Context) -> Parsed:
    """One line of the file: a row as one event; the heading and the preamble are kept without a meaning."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    head, text = _sent(text, context) if len(text) <= forms.LONGEST_LINE else (None, "longer than any row")
    if not _ROW.match(text):
        return [_event()] if text else Refusal("an empty line")
    code = int(text.partition(",")[0])
    columns, cells = _columns(code, context), [cell.strip() for cell in text.split(",")]
    fields = collect(list(zip(columns, cells, strict=False)))
    event = _event(code)
    event.reporter = head.host if head else None
    event.vendor_action = fields.get("description")
    event.occurred_at, event.time_quality = _at(fields, context) or (None, "received")
    _lease(event, code, fields, whole=_is_whole(columns, cells))
    return [event]


def _sent(text: str, context: Context) -> tuple[Head | None, str]:
    """The syslog head of a shipper and the row behind it; no head, and the text as it is, where others wrote it."""
    row = None if _ROW.match(text) else _SENT_ROW.search(text, 0, 300)
    head = whole_head(_EPILOG.sub("", text[: row.start()]), context) if row else None
    return (head, text[row.start() :]) if row and head and is_by(head, *_SENDERS) else (None, text)


def _event(code: int | None = None) -> Event:
    return Event(
        product="windows_dhcp",
        category="device",
        action="record.unrecognised",
        time_quality="received",
        vendor_code=f"{code:02d}" if code is not None else None,
        protocol="dhcp",
    )


def _columns(code: int, context: Context) -> tuple[str, ...]:
    if context.heading:
        return csv_rows.names_of(context.heading)
    return _COLUMNS_6 if code >= _OF_VERSION_6 else _COLUMNS_4


def _at(fields: Fields, context: Context) -> tuple[str, str] | None:
    """The date is month first, with two digits of the year; the server's own zone, which the row does not name."""
    match = _DATE.fullmatch(fields.get("date") or "")
    if not match:
        return None
    month, day, year = (int(part) for part in match.groups())
    return at_local(year + 2000 if year < 100 else year, month, day, fields.get("time") or "", context.timezone)


def _is_whole(columns: tuple[str, ...], cells: list[str]) -> bool:
    """Whether each cell stands under its column: a cut row has none for the card, and a comma in the host name moves
    what is behind it, so that a client could write the card.

    The server quotes nothing, so a row must have as many cells as its file has columns (old servers end a row with a
    comma more), and nothing that looks like a card may stand in the server's own columns behind the card. A client
    whose own id is no card could otherwise write `,3C5282000066` as its name.
    """
    if len(cells) <= _CARD or len(cells) not in _widths(columns, cells):
        return False
    return not any(_looks_like_a_card(cell) for cell in cells[_CARD + 1 : _FIRST_OF_CLIENT])


def _widths(columns: tuple[str, ...], cells: list[str]) -> tuple[int, ...]:
    """How many cells a row may have; where the file has lost its heading, those of the servers there are."""
    known = _WIDTHS if columns == _COLUMNS_4 else (len(columns),)
    return (*known, *(width + 1 for width in known)) if not cells[-1] else known


def _looks_like_a_card(cell: str) -> bool:
    return len(cell) in (12, 17) and forms.mac(cell) is not None


def _lease(event: Event, code: int, fields: Fields, whole: bool) -> None:
    known = _ACTIONS.get(code)
    event.address = forms.address(fields.get("ip address", "ipv6 address"))
    if known is None or (not whole and code < _OF_VERSION_6):
        _plainly(event, code, fields, whole)
        return
    event.mac = _mac(fields)
    event.device = forms.known(fields.get("host name"))
    event.session_id = forms.known(fields.get("transactionid"))
    event.device_basis = "claimed" if event.device or _from_duid(fields) else "observed" if event.mac else None
    event.action, event.outcome = known
    if event.outcome == "failure":
        event.reason = event.vendor_action


def _plainly(event: Event, code: int, fields: Fields, whole: bool) -> None:
    """A row without a lease, or one whose cells may have been moved: then its card may be the client's words,
    and its name a part of one."""
    event.outcome = _OUTCOMES.get(code, "unknown")
    user = fields.get("user name") if code not in _ACTIONS else None
    if whole:
        fill_plainly(event, {"user": user or "", "hostname": fields.get("host name") or ""})
        event.mac = _mac(fields)
        event.device_basis = event.device_basis or ("observed" if event.mac else None)


def _mac(fields: Fields) -> str | None:
    if duid := _from_duid(fields):
        return duid
    written = fields.get("mac address") or ""  # a longer client id is no card
    return forms.mac(written) if _looks_like_a_card(written) else None


def _from_duid(fields: Fields) -> str | None:
    duid = (fields.get("duid bytes(hex)") or "").replace("-", "").lower()
    skipped = _DUID_WITH_MAC.get(duid[:8])
    return forms.mac(duid[skipped * 2 :]) if skipped and len(duid) == skipped * 2 + 12 else None

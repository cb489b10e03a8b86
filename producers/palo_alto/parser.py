"""PAN-OS: one record in, one event out, by its type: traffic, threats, GlobalProtect, system, User-ID."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from model.event import Event
from producers import forms
from producers.palo_alto import flows, people
from producers.palo_alto.record import Record, read
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, open_head
from producers.times import MONTHS, At, at_epoch, at_iso, at_local

_READERS: dict[str, Callable[[Event, Record], None]] = {
    "TRAFFIC": flows.traffic,
    "THREAT": flows.threat,
    "GLOBALPROTECT": people.globalprotect,
    "SYSTEM": people.system,
    "USERID": people.userid,
    "DECRYPTION": flows.decryption,
    "AUTH": people.authentication,
    "AUTHENTICATION": people.authentication,
    "CONFIG": people.config,
}
_CATEGORIES = {"GLOBALPROTECT": "vpn", "SYSTEM": "auth", "USERID": "auth", "AUTHENTICATION": "auth", "AUTH": "auth"}
_FORWARDER = "logforwarder"  # the program by whose name Strata Logging Service sends
_SAME_ZONE = 900  # seconds by which two clocks of one firewall may differ


def parse(record: bytes, context: Context) -> Parsed:
    """One record, with or without a syslog head, as CSV, CEF, LEEF or JSON; or a refusal."""
    found = read(forms.decode(record).strip(" \t\r\n\0\ufeff")) if len(record) <= 65_536 else None
    if found is None:
        return Refusal("no PAN-OS record: expected comma-separated values with their type, CEF, LEEF or JSON")
    head = open_head(found.head.rstrip() + " ", context) if found.head.strip() else None
    event = _headed(found, head, context)
    if _is_anothers(head, found.head):
        event.reporter = None
        return [event]
    if not found.sound or forms.is_cut(record):
        return [event]
    reader = _READERS.get(found.kind)
    if reader:
        reader(event, found)
    if event.action == "record.unrecognised":
        event.device = event.device or found.values.get("machinename")
        event.device_basis = event.device_basis or ("claimed" if event.device or event.mac else None)
        plain = {"user": "srcuser", "src": "src", "dst": "dst", "action": "action"}
        fill_plainly(event, {name: found.values.get(ours, "") for name, ours in plain.items()})
    return [event]


def _is_anothers(head: Head | None, text: str) -> bool:
    """Whether a program of some machine wrote the record: PAN-OS names none, Strata Logging Service its own."""
    left = (head.message if head else text).split()  # nothing, or the host alone
    if len(left) > 1 or (left and left[0].endswith(":") and head is None):
        return True
    return head is not None and (head.pid is not None or head.tag not in (None, head.host, _FORWARDER))


def _headed(found: Record, head: Head | None, context: Context) -> Event:
    values = found.values
    at, quality = _at(values, context) or (None, "received")
    reporter, told = values.get("device_name"), None
    if reporter is None or at is None or found.kind == "THREAT":
        told = _host(head.host or head.message) if head else None
        if at is None and head:
            at, quality = head.at, head.quality
    if found.kind == "THREAT" and (told or "").split(".")[0] != reporter:
        reporter = None  # it stands behind the URL and the user agent, which are the client's
    reporter = reporter or told or values.get("serial")
    return Event(
        product="palo_alto",
        category=_CATEGORIES.get(found.kind, "proxy"),
        action="record.unrecognised",
        occurred_at=at,
        time_quality=quality,
        reporter=reporter,
        vendor_code=found.kind or None,
        vendor_action=values.get("action"),
    )


def _host(text: str) -> str | None:
    words = text.split()
    return words[-1] if words and len(words[-1]) < 256 and words[-1] not in ("-", ":") else None


def _at(values: dict[str, str], context: Context) -> At | None:
    """When it was generated, else received; PAN-OS writes them without a zone, which the high-resolution time has."""
    text = values.get("time_generated") or values.get("receive_time") or ""
    if len(text) == 19 and text[4:5] == "/":
        high = values.get("high_res_timestamp", "")
        offset = _offset(text[:16], high[:16], high[-6:]) if high[-6:-5] in ("+", "-") else ""
        return at_iso(text.replace("/", "-") + offset, context.timezone)
    words = text.split()
    if len(words) >= 4 and (month := MONTHS.get(words[0].lower())) and _is_number(words[1]) and _is_number(words[2]):
        return at_local(int(words[2]), month, int(words[1]), words[3], context.timezone, " ".join(words[4:5]))
    return at_iso(text, context.timezone) or at_epoch(text)


def _is_number(word: str) -> bool:
    """Whether it is a day's or a year's plain digits: Python reads no number of thousands of them, and no `²`."""
    return word.isascii() and word.isdigit() and len(word) <= 4


@lru_cache(maxsize=4096)
def _offset(minute: str, high: str, offset: str) -> str:
    """The offset of the high-resolution time, where that is set and shows about the same minute."""
    try:
        apart = datetime.fromisoformat(high) - datetime.fromisoformat(minute.replace("/", "-"))
    except (ValueError, TypeError):
        return ""
    return offset if abs(apart.total_seconds()) <= _SAME_ZONE else ""

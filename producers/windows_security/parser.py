"""Windows Security events from NXLog, Winlogbeat, Elastic Agent or as event XML: a record in, its event out."""

import re
from typing import Any

import msgspec

from model.event import Event
from producers import forms
from producers.product import Context, Parsed, Refusal
from producers.times import at_iso
from producers.windows_security import event_xml, nxlog, winlogbeat
from producers.windows_security.entry import Entry, text
from producers.windows_security.meanings import Meaning, meaning
from producers.windows_security.places import locate
from producers.windows_security.reasons import logon_reason, number, radius_reason, ticket_reason

_decode_json = msgspec.json.Decoder().decode
_MEMBER = re.compile(r"(?i)cn=((?:[^,\\]|\\.)+)")
_STATUS_DECIDES = frozenset({4768, 4769, 4771, 4776})


def parse(record: bytes, context: Context) -> Parsed:
    """One record (a JSON object or an `<Event>` element, with or without a syslog head) as one event, or a refusal."""
    try:
        entry = _entry_of(record)
    except (msgspec.DecodeError, event_xml.UnreadableXml) as error:
        return Refusal(f"neither JSON nor event XML that can be read: {str(error)[:300]}")
    except RecursionError:
        return Refusal("JSON nested too deep to be an event")
    if entry is None:
        return Refusal("no event id: expected EventID, winlog.event_id, event_id, event.code or System/EventID")
    known = meaning(entry.code, entry.channel)
    return [_event(entry, known, context) if known else _unrecognised(entry, context)]


def _entry_of(record: bytes) -> Entry | None:
    record = _payload(record.strip(b"\xef\xbb\xbf \t\r\n\0"))
    if record.startswith(b"<"):
        return event_xml.entry_of(record)
    document = _object(record)
    if "EventID" in document:
        return nxlog.entry_of(document)
    return winlogbeat.entry_of(document)


def _payload(record: bytes) -> bytes:
    """What follows a syslog head, where an agent put one before its JSON or XML."""
    if record[:1] == b"{" or (record[:1] == b"<" and not record[1:2].isdigit()):
        return record
    starts = [at for mark in (b"{", b"<Event", b"<?xml") if (at := record.find(mark)) > 0]
    return record[min(starts) :] if starts else record


def _object(record: bytes) -> dict[str, Any]:
    try:
        document = _decode_json(record)
    except UnicodeDecodeError:
        document = _decode_json(record.decode("latin-1"))
    if type(document) is not dict:
        raise msgspec.DecodeError("the JSON is not an object")
    return document


def _event(entry: Entry, known: Meaning, context: Context) -> Event:
    event = _headed(entry, known.category, known.action, context)
    event.vendor_action = known.title
    event.outcome = known.outcome or entry.outcome or "success"
    if known.session:
        event.session_id = text(entry.data, known.session)
    _name_people(event, entry, known)
    locate(event, entry, known.place)
    _tell_why(event, entry)
    return event


def _headed(entry: Entry, category: str, action: str, context: Context) -> Event:
    """What every Windows event says of itself."""
    at = at_iso(entry.at, context.timezone) if entry.at else None
    received = at_iso(entry.received, context.timezone) if entry.received else None
    occurred_at, quality = at or (None, "received")
    return Event(
        product="windows_security",
        category=category,
        action=action,
        occurred_at=occurred_at,
        received_at=received[0] if received else None,
        time_quality=quality,
        reporter=entry.computer,
        vendor_code=str(entry.code),
        origin=_origin(entry),
    )


def _origin(entry: Entry) -> str | None:
    if entry.computer is None or entry.number is None:
        return None
    return f"id:{entry.computer.lower()}/{entry.channel or 'Security'}/{entry.number}"


def _unrecognised(entry: Entry, context: Context) -> Event:
    event = _headed(entry, "auth", "record.unrecognised", context)
    event.outcome = entry.outcome or "unknown"
    return event


def _name_people(event: Event, entry: Entry, known: Meaning) -> None:
    data = entry.data
    name = text(data, known.actor) or text(data, f"LogFileCleared.{known.actor}")
    event.account, domain = forms.account(name)
    event.account_domain = domain or _lower(text(data, known.actor_domain))
    if event.account is None and entry.code in (6272, 6273):
        event.account, event.account_domain = forms.account(text(data, "FullyQualifiedSubjectUserName"))
    if known.target == "MemberName":
        event.target_account, event.app = _member(entry), text(data, "TargetUserName")
    elif known.target:
        event.target_account = _target(text(data, known.target))


def _target(name: str | None) -> str | None:
    """An account acted upon; a service is `name/REALM`, the other way round than `DOMAIN/user`."""
    if name and name.lower().startswith("krbtgt/"):
        return "krbtgt"
    return forms.account(name)[0]


def _member(entry: Entry) -> str | None:
    """Who was put into a group: the name in the DN, else (local groups write `-`) the SID."""
    written = text(entry.data, "MemberName")
    if written is None:
        return _lower(text(entry.data, "MemberSid"))
    match = _MEMBER.match(written)
    return re.sub(r"\\(.)", r"\1", match[1]).lower() if match else forms.account(written)[0]


def _lower(name: str | None) -> str | None:
    return name.lower() if name else None


def _tell_why(event: Event, entry: Entry) -> None:
    data, code = entry.data, entry.code
    if code in _STATUS_DECIDES and (status := number(text(data, "Status"))) is not None:
        event.outcome = "failure" if status else "success"
    if code == 4625 or code == 4776:
        event.reason = logon_reason(text(data, "Status"), text(data, "SubStatus"), text(data, "FailureReason"))
    elif event.action == "ticket.requested":
        event.reason = ticket_reason(text(data, "Status") or text(data, "FailureCode"))
    elif code == 6273:
        event.reason = radius_reason(text(data, "ReasonCode"), text(data, "Reason"))
    elif code == 6416:
        event.app = text(data, "DeviceDescription")
        event.reason = text(data, "ClassName")
    elif event.action == "device.changed":
        event.app = text(data, "VolumeName")
        event.account = event.account or forms.account(text(data, "UserName"))[0]

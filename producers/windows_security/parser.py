"""Windows Security events of a shipper, of Azure Monitor, as XML or as JSON: a record in, its event out."""

import msgspec

from model.event import Event
from producers import forms
from producers.json_object import RepeatedKey, decode_object
from producers.product import Context, Parsed, Refusal
from producers.syslog import open_head
from producers.times import at_iso
from producers.windows_security import event_xml, evtx_json, nxlog, winlogbeat
from producers.windows_security.adfs import audit_of, fill_audit
from producers.windows_security.directory import known_as, tell_change
from producers.windows_security.entry import Entry, text
from producers.windows_security.meanings import Meaning, is_audited
from producers.windows_security.names import name_people, name_plainly
from producers.windows_security.places import locate, locate_plainly
from producers.windows_security.reasons import logon_reason, number, radius_reason, ticket_reason

UNRECOGNISED = "record.unrecognised"
_AROUND = b"\xef\xbb\xbf \t\r\n\0"
_STATUS_DECIDES = frozenset({4768, 4769, 4771, 4776})


def parse(record: bytes, context: Context) -> Parsed:
    """One record (a JSON object or an `<Event>` element, with or without a syslog head) as one event, or a refusal."""
    try:
        entry = _entry_of(record, context)
    except RepeatedKey:  # which of the two is true? Nothing of it is believed, not even its time
        return [Event(product="windows_security", category="auth", action=UNRECOGNISED, time_quality="received")]
    except (msgspec.DecodeError, event_xml.UnreadableXml) as error:
        return Refusal(f"neither JSON nor event XML that can be read: {str(error)[:300]}")
    except RecursionError:
        return Refusal("JSON nested too deep to be an event")
    if entry is None:
        return Refusal("no event id: expected EventID, winlog.event_id, event_id, event.code or System/EventID")
    if audit := audit_of(entry):
        event = _headed(entry, "auth", audit.action, context)
        fill_audit(event, entry, audit)
        return [event]
    known = None if entry.unclear else known_as(entry)
    return [_event(entry, known, context) if known else _unrecognised(entry, context)]


def _entry_of(record: bytes, context: Context) -> Entry | None:
    record = _payload(record.strip(_AROUND), context)
    if record.startswith(b"<"):
        return event_xml.entry_of(record)
    document = decode_object(record)
    if "EventID" in document:
        return nxlog.entry_of(document)
    return evtx_json.entry_of(document) or winlogbeat.entry_of(document)


def _payload(record: bytes, context: Context) -> bytes:
    """What follows a syslog head, where an agent put one before its JSON or XML; directly, not somewhere in a text."""
    if record[:1] == b"{" or (record[:1] == b"<" and not record[1:2].isdigit()):
        return record
    head = open_head(forms.decode(record), context)
    return head.message.encode().strip(_AROUND) if head else record


def _event(entry: Entry, known: Meaning, context: Context) -> Event:
    event = _headed(entry, known.category, known.action, context)
    event.vendor_action = known.title
    event.outcome = known.outcome or entry.outcome or "success"
    if known.session:
        event.session_id = text(entry.data, known.session)
    _tell_why(event, entry)
    name_people(event, entry, known)
    tell_change(event, entry)
    locate(event, entry, known.place)
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
    """An id without a meaning here: it still says who and where, by its own word."""
    event = _headed(entry, "auth", UNRECOGNISED, context)
    event.outcome = entry.outcome or "unknown"
    others = entry.channel in (None, "Security") and not is_audited(entry.channel, entry.provider)
    if not entry.unclear and not others:  # into the Security log another program writes what it likes
        name_plainly(event, entry)
        locate_plainly(event, entry.data)
        event.session_id = text(entry.data, "SubjectLogonId")
    return event


def _tell_why(event: Event, entry: Entry) -> None:
    data, code = entry.data, entry.code
    if code in _STATUS_DECIDES and (status := number(text(data, "Status"))) is not None:
        event.outcome = "failure" if status else "success"
    if code == 4625 or code == 4776:
        event.reason = logon_reason(text(data, "Status"), text(data, "SubStatus"), text(data, "FailureReason"))
    elif event.action == "ticket.requested":
        event.reason = ticket_reason(text(data, "Status") or text(data, "FailureCode"))
    elif code in (6273, 6274):
        event.reason = radius_reason(text(data, "ReasonCode"), text(data, "Reason"))
    elif code == 6416:
        event.app = text(data, "DeviceDescription")
        event.reason = text(data, "ClassName")
    elif event.action == "device.changed":
        event.app = text(data, "VolumeName")

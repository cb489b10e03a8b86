"""APM's records as Telemetry Streaming sends them: a flat JSON object for each, with fields instead of words.

Its fields name sessions, clients and bytes. No document names a field with the user, so nobody is named.
"""

from model.event import Event
from producers import forms
from producers.f5_apm.messages import read_result
from producers.json_record import Document, text, understand
from producers.product import Context, Parsed, Refusal
from producers.times import at_iso

TITLE = "F5 Telemetry Streaming"
_SESSION = ("session_id", "Session_Id", "Session_ID")


def read_telemetry(record: bytes, context: Context) -> Parsed:
    """One event, or a refusal."""
    return understand(record, TITLE, lambda document: _read(document, context), _unread)


def _unread() -> Event:
    return Event(product="f5_apm", category="vpn", action="record.unrecognised", time_quality="received")


def _read(document: Document, context: Context) -> Parsed:
    number = text(document, "errdefs_msgno")
    if not number or text(document, "telemetryEventCategory") not in (None, "APM", "event"):
        return Refusal(f"not a record of APM in {TITLE}: no errdefs_msgno, or another category")
    event = _unread()
    stamp = text(document, "f5telemetry_timestamp")
    if at := at_iso(stamp, context.timezone) if stamp else None:
        event.occurred_at, event.time_quality = at
    event.vendor_code, event.reporter = number.partition(":")[0], text(document, "hostname")
    event.session_id = next((found for key in _SESSION if (found := text(document, key))), None)
    event.address, event.user_agent = forms.address(text(document, "Client_IP")), text(document, "User_Agent")
    event.destination = forms.address(text(document, "Virtual_IP"))
    if result := text(document, "Access_Policy_Result"):
        read_result(event, result)
    received, sent = forms.whole(text(document, "Bytes_In")), forms.whole(text(document, "Bytes_Out"))
    if received is not None and sent is not None:
        event.action, event.outcome, event.vendor_action = "tunnel.reported", "success", "Session statistics"
        event.bytes_out, event.bytes_in = received, sent
    return [event]

"""iboss's log forwarding: one JSON object behind a syslog head, one event.

The vendor publishes no list of the fields. They are those of Datadog's integration for it, with two web records and an
administrator's: https://github.com/DataDog/integrations-core/tree/master/iboss (assets/logs).
"""

from zoneinfo import ZoneInfo

from model.event import Event
from producers import forms
from producers.json_record import Document, text, understand
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, whole_head
from producers.times import at_iso

TITLE = "iboss's log forwarding"
_LONGEST = 65_536
_UTC = ZoneInfo("UTC")
_VERDICTS = {
    "allowed": ("allowed", "success"),
    "blocked": ("blocked", "failure"),
    "soft-blocked": ("warned", "unknown"),  # a page that somebody may go on from
}
_SIGNED_IN = "User logged in"


def parse(record: bytes, context: Context) -> Parsed:
    """One event, or a refusal."""
    begin = record.find(b"{", 0, 300) if len(record) <= _LONGEST else -1
    head = whole_head(forms.decode(record[:begin]).lstrip("\0\ufeff"), context) if begin >= 0 else None
    if head is None or head.tag is not None:
        return Refusal(f"not one record of {TITLE}: no JSON object, or one within other words")
    return understand(record[begin:], TITLE, lambda document: _read(document, head), lambda: _unread(head))


def _unread(head: Head) -> Event:
    return Event(
        product="iboss",
        category="proxy",
        action="record.unrecognised",
        occurred_at=head.at,
        time_quality=head.quality,
        reporter=head.host if head.host != "-" else None,
    )


def _read(document: Document, head: Head) -> Parsed:
    kind = text(document, "logType")
    if kind is None:
        return Refusal(f"not one record of {TITLE}: no logType")
    event = _unread(head)
    if at := at_iso(f"{text(document, 'logTime')} {text(document, 'time')}", _UTC):
        event.occurred_at, event.time_quality = at
    event.reporter, event.vendor_code = text(document, "iboss") or event.reporter, kind
    event.address = forms.address(text(document, "sourceIpAddress", "privateIp", "publicIp"))
    event.user_agent = text(document, "userAgent")
    if kind == "AUDIT":
        _administrator(event, document)
    else:
        _page(event, document, kind)
        _device(event, document)
        forms.name_account(event, text(document, "username"), "observed")
    return [event]


def _administrator(event: Event, document: Document) -> None:
    """The field for the page has the sentence; only one of these was seen."""
    event.category, event.vendor_action = "auth", text(document, "url")
    signed_in = event.vendor_action == _SIGNED_IN
    if signed_in:
        event.action, event.outcome = "account.authenticated", "success"
    forms.name_account(event, text(document, "username"), "authenticated" if signed_in else "claimed")


def _page(event: Event, document: Document, kind: str) -> None:
    """A page; a record of data loss prevention stands beside the page's own and tells no page of its own."""
    event.vendor_action = text(document, "action", "sAction")
    event.verdict, event.outcome = _VERDICTS.get((event.vendor_action or "").lower(), ("unknown", "unknown"))
    event.url, event.method = text(document, "url"), forms.http_method(text(document, "requestMethod"))
    event.domain = forms.host_of(text(document, "host")) or forms.host_of(event.url)
    event.url_category = text(document, "categoryName")
    event.destination = forms.address(text(document, "ipAddress"))
    event.destination_port = forms.port(text(document, "destinationPort"))
    event.bytes_out = forms.whole(text(document, "upstreamByteUsage"))
    event.bytes_in = forms.whole(text(document, "downstreamByteUsage"))
    event.protocol = text(document, "scheme")
    event.reason = text(document, "description") if event.verdict != "allowed" else None
    if kind == "WEB_LOG" and event.domain:
        event.action = "web.requested"


def _device(event: Event, document: Document) -> None:
    """What the agent on the computer says of it."""
    event.device = text(document, "computerName")
    event.mac = forms.mac(text(document, "macAddress")) or forms.mac(text(document, "computerMacAddress"))
    event.device_basis = "claimed" if event.device or event.mac else None

"""NXLog's im_msvistalog as JSON, and Azure Monitor's tables SecurityEvent and Event: one flat object, its own fields
beside every name of the EventData (of which the table Event has none).

https://learn.microsoft.com/azure/azure-monitor/reference/tables/securityevent
https://learn.microsoft.com/azure/azure-monitor/reference/tables/event
https://docs.nxlog.co/refman/current/im/msvistalog.html#fields
"""

from zoneinfo import ZoneInfo

from producers.times import at_iso
from producers.windows_security.entry import Data, Entry, integer, outcome_of, text, utc

_UTC = ZoneInfo("UTC")
_EVENT_TYPES = {"AUDIT_SUCCESS": "success", "AUDIT_FAILURE": "failure"}


def entry_of(flat: Data) -> Entry | None:
    """The entry, or None if there is no event id in it."""
    code = integer(flat.get("EventID"))
    if code is None:
        return None
    provider = text(flat, "SourceName") or text(flat, "EventSourceName") or text(flat, "Source")
    # EventTime is local. Windows' own programs may say UTC beside it; another's event may hold any name.
    own = utc(text(flat, "UtcTime")) if (provider or "").startswith("Microsoft-Windows-") else None
    own = own if own and at_iso(own, _UTC) else None
    return Entry(
        code,
        flat,
        at=own or text(flat, "EventTime") or utc(text(flat, "TimeGenerated")),
        received=text(flat, "EventReceivedTime"),
        computer=text(flat, "Hostname") or text(flat, "Computer"),
        provider=provider,
        channel=text(flat, "Channel") or text(flat, "EventLog"),
        number=text(flat, "RecordNumber") or text(flat, "RecordID") or text(flat, "EventRecordId"),
        outcome=outcome_of(flat.get("Keywords")) or _EVENT_TYPES.get(text(flat, "EventType") or ""),
        user=(text(flat, "AccountName"), text(flat, "Domain")),
    )

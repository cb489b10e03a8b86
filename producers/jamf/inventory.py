"""A computer as the Jamf Pro API lists it: a snapshot of its last inventory report, not something that it did.

https://developer.jamf.com/jamf-pro/reference/get_v1-computers-inventory
"""

from model.event import Event
from producers import forms
from producers.json_record import Document, origin, part, plain_texts, text
from producers.plain_fields import fill_plainly
from producers.product import Context
from producers.times import at_iso


def is_inventory(document: Document) -> bool:
    """Whether the object is one of `results` of computers-inventory."""
    return "udid" in document and bool(part(document, "general"))


def read_inventory(event: Event, document: Document, context: Context) -> None:
    """Fills an event with what the last report said. Its addresses are of other moments, so none is taken."""
    general, hardware, user = (part(document, name) for name in ("general", "hardware", "userAndLocation"))
    reported = text(general, "reportDate")
    at = at_iso(reported, context.timezone) if reported else None
    if reported is None or at is None:
        fill_plainly(event, plain_texts(general))
        return
    event.occurred_at, event.time_quality = at
    event.action, event.vendor_action = "device.reported", "computers-inventory"
    event.origin = origin(f"{text(document, 'udid') or ''}@{reported}")
    serial = forms.serial(text(hardware, "serialNumber"))
    event.device = serial or text(general, "name")
    event.mac = forms.mac(text(hardware, "macAddress"))
    if event.device or event.mac:
        event.device_basis = "observed" if serial else "claimed"
    forms.name_target(event, text(user, "username", "email"))

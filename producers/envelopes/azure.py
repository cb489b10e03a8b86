"""What Azure Monitor puts around a service's record in an Event Hub or a storage account: a head and `properties`.

Source: Microsoft, "Common and service-specific schemas for Azure resource logs". Microsoft Graph gives the same
records without the head.
"""

import re
from zoneinfo import ZoneInfo

import msgspec

from producers.json_object import decode_object
from producers.json_record import Document
from producers.times import At, at_iso, at_local

_UTC = ZoneInfo("UTC")
# Some exports write times the American way, in UTC unless an offset follows.
_AMERICAN = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2})(:\d\d:\d\d)(?: ([AaPp])[Mm])?(?: ([+-]\d\d:\d\d))?", re.A
)


class AzureRecord(msgspec.Struct, frozen=True, gc=False):
    """`head` is empty and `body` the whole record where Azure Monitor put nothing around it."""

    head: Document
    body: Document


def read_azure(document: Document) -> AzureRecord:
    """The record and its head; `properties` may be JSON in a text. Raises what `decode_object` raises."""
    properties = document.get("properties")
    if type(properties) is str:
        properties = decode_object(properties.encode())
    return AzureRecord(document, properties) if type(properties) is dict else AzureRecord({}, document)


def at_azure(*written: object) -> At | None:
    """The first of these that is a time, in its own offset, else in UTC, as Microsoft documents."""
    for text in written:
        if type(text) is str and len(text) <= 64 and (found := at_iso(text, _UTC) or _american(text)):
            return found[0], "exact"
    return None


def _american(text: str) -> At | None:
    match = _AMERICAN.fullmatch(text)
    if not match:
        return None
    month, day, year, hour, rest, half, offset = match.groups()
    if half:
        hour = str(int(hour) % 12 + (12 if half in "Pp" else 0))
    return at_local(int(year), int(month), int(day), f"{hour}{rest}", _UTC, offset or "UTC")

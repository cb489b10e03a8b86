"""What Azure Monitor puts around a service's record in an Event Hub or a storage account: a head and `properties`.

Source: Microsoft, "Common and service-specific schemas for Azure resource logs". Microsoft Graph gives the same
records without the head, Log Analytics as a row of a table: every column with a capital, objects as text.
"""

import re
from zoneinfo import ZoneInfo

import msgspec

from producers.json_object import decode_object
from producers.json_record import Document
from producers.times import At, at_iso, at_local

_UTC = ZoneInfo("UTC")
# Some exports write times the American way, in UTC unless an offset follows.
_ROW = ("TimeGenerated", "TimeGenerated [UTC]")  # the second is what the portal writes when it exports a query
_COLUMNS = {"TimeGenerated": "time", "IPAddress": "ipAddress", "Type": "category", "Category": "kind"}
# The columns whose text is JSON by the reference of the tables. The text of any other is what a client or a person
# wrote: a user agent or a name may begin with a bracket.
_OBJECTS = frozenset(
    {
        *("AdditionalDetails", "AppliedConditionalAccessPolicies", "AuthenticationDetails"),
        *("AuthenticationProcessingDetails", "AuthenticationRequirementPolicies", "ConditionalAccessPolicies"),
        *("DeviceDetail", "InitiatedBy", "LocationDetails", "MfaDetail", "NetworkLocationDetails", "Properties"),
        *("Status", "TargetResources"),
    }
)
_AMERICAN = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}),? (\d{1,2})(:\d\d:\d\d(?:\.\d{1,9})?)(?: ([AaPp])[Mm])?(?: ([+-]\d\d:\d\d))?", re.A
)


class AzureRecord(msgspec.Struct, frozen=True, gc=False):
    """`head` is empty and `body` the whole record where Azure Monitor put nothing around it."""

    head: Document
    body: Document


def read_azure(document: Document) -> AzureRecord:
    """The record and its head; `properties` may be JSON in a text. Raises what `decode_object` raises."""
    if any(name in document for name in _ROW):
        row = {_column(name): _cell(name, value) for name, value in document.items()}
        return AzureRecord(row, row)
    properties = document.get("properties")
    if type(properties) is str:
        properties = decode_object(properties.encode())
    return AzureRecord(document, properties) if type(properties) is dict else AzureRecord({}, document)


def _column(name: str) -> str:
    """A column's name as the record itself spells it: `UserPrincipalName` is `userPrincipalName`."""
    name = name.removesuffix(" [UTC]")
    return _COLUMNS.get(name) or name[:1].lower() + name[1:]


def _cell(name: str, value: object) -> object:
    """What stands in a column: objects and lists are JSON in a text there."""
    if name in _OBJECTS and type(value) is str and value[:1] in ("{", "["):
        return decode_object(b'{"cell":' + value.encode() + b"}").get("cell")
    return value


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

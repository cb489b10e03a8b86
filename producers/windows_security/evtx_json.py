"""A record of an event file as JSON (`evtx_dump -o json`), and XML that a collector turned into JSON.

https://github.com/omerbenamram/evtx and the XML-to-JSON of Logstash and Vector name attributes `@Name` or
`#attributes`, and text `#text`; https://learn.microsoft.com/windows/win32/wes/eventschema-systempropertiestype-complextype
"""

from typing import Any

from producers.windows_security.entry import Data, Entry, integer, outcome_of, text, utc

_MOST = 200  # fields of one record


def entry_of(document: Data) -> Entry | None:
    """The entry, or None if there is no event id in it."""
    event = _object(document, "Event") or document
    system = _object(event, "System")
    code = integer(_plain(system.get("EventID")))
    if code is None:
        return None
    data, unclear = _data(event)
    return Entry(
        code,
        data,
        at=utc(_attribute(system, "TimeCreated", "SystemTime")),
        computer=text(system, "Computer"),
        provider=_attribute(system, "Provider", "Name"),
        channel=text(system, "Channel"),
        number=text(system, "EventRecordID"),
        outcome=outcome_of(system.get("Keywords")),
        unclear=unclear,
    )


def _data(event: Data) -> tuple[Data, bool]:
    """The named values of EventData or UserData, and whether a name stands twice."""
    written = _object(event, "EventData") or _user_data(event)
    listed = written.get("Data")
    if type(listed) is dict and _attribute(written, "Data", "Name"):  # of one value alone some make no list
        listed = [listed]
    if type(listed) is list:
        return _listed(listed)
    return {name: _plain(value) for name, value in list(written.items())[:_MOST]}, False


def _user_data(event: Data) -> Data:
    """The named values within the one element that UserData has around them."""
    held = _object(event, "UserData")
    return _object(held, next(iter(held))) or held if len(held) == 1 else held


def _listed(items: list[Any]) -> tuple[Data, bool]:
    found: Data = {}
    unclear = len(items) > _MOST
    for number, item in enumerate(items[:_MOST], 1):
        name = _attribute({"item": item}, "item", "Name") or (f"param{number}" if type(item) is str else None)
        if name:
            unclear = unclear or name in found
            found[name] = _plain(item)
    return found, unclear


def _attribute(parent: Data, element: str, name: str) -> str | None:
    """An attribute of an element, in any of the spellings that XML has in JSON."""
    held = _object(parent, element)
    return text(held, f"@{name}") or text(_object(held, "#attributes"), name) or text(held, name)


def _plain(value: Any) -> Any:
    """An element's text where it has attributes beside it."""
    if type(value) is not dict:
        return value
    return value.get("#text", value.get("$text"))


def _object(parent: Data, name: str) -> Data:
    child = parent.get(name)
    return child if type(child) is dict else {}

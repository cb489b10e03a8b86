"""One activity of Google's Reports API, as far as we use it; what Google adds to it is ignored.

https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities#Activity
"""

from typing import Any

import msgspec

Parameters = dict[str, str]
_VALUES = ("value", "intValue", "boolValue", "multiValue", "multiIntValue")
_MESSAGES = ("messageValue", "multiMessageValue")
_MOST = 500


class Id(msgspec.Struct):
    """Together with the time the qualifier is unique; it may be negative, and a number or text."""

    time: Any = None
    uniqueQualifier: Any = None
    applicationName: Any = None


class Actor(msgspec.Struct):
    """Who did it. Absent for much that a Chromebook reports."""

    email: Any = None
    profileId: Any = None
    key: Any = None


class Activity(msgspec.Struct):
    """`events` is a list, or one object where a shipper has split the list."""

    id: Id = msgspec.field(default_factory=Id)
    actor: Actor = msgspec.field(default_factory=Actor)
    ipAddress: Any = None
    events: Any = None


decode_activity = msgspec.json.Decoder(Activity).decode


def entries_of(activity: Activity) -> list[dict[str, Any]]:
    """Its events: those that are objects with a name."""
    events = activity.events if type(activity.events) is list else [activity.events]
    return [entry for entry in events if type(entry) is dict and type(entry.get("name")) is str]


def parameters_of(entry: dict[str, Any]) -> Parameters:
    """Parameter name (lower-case) to its value as text; of several values, all with commas between."""
    listed = entry.get("parameters")
    found: Parameters = {}
    for parameter in listed[:_MOST] if type(listed) is list else ():
        if type(parameter) is dict and type(parameter.get("name")) is str:
            value = _value(parameter)
            if value:
                found[parameter["name"].lower()] = value
            found.update(_nested(parameter))
    return found


def _value(parameter: dict[str, Any]) -> str:
    value = next((parameter[form] for form in _VALUES if form in parameter), None)
    if type(value) is list:
        return ", ".join(_plain(each) for each in value[:_MOST])
    return _plain(value)


def _plain(value: object) -> str:
    if type(value) is bool:
        return "true" if value else "false"
    return str(value).strip() if type(value) in (str, int) else ""


def _nested(parameter: dict[str, Any]) -> Parameters:
    """A message's own parameters, one level deep."""
    found: Parameters = {}
    for form in _MESSAGES:
        messages = parameter.get(form)
        for message in (messages if type(messages) is list else [messages])[:_MOST]:
            if type(message) is dict and type(message.get("parameter")) is list:
                inner = {"parameters": [_flat(each) for each in message["parameter"][:_MOST]]}
                found.update(parameters_of(inner))
    return found


def _flat(parameter: object) -> dict[str, Any]:
    kept = parameter if type(parameter) is dict else {}
    return {name: value for name, value in kept.items() if name not in _MESSAGES}

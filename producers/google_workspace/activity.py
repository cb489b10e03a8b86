"""One activity of Google's Reports API, as far as we use it; what Google adds to it is ignored.

https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities#Activity
"""

from typing import Any

from producers.forms import BLANKS
from producers.json_object import RepeatedKey

Parameters = dict[str, str]
_VALUES = ("value", "intValue", "boolValue", "multiValue", "multiIntValue", "multiStrValue", "multiBoolValue")
_MESSAGES = frozenset({"messageValue", "multiMessageValue"})
_MOST = 500


def part(activity: dict[str, Any], name: str) -> dict[str, Any]:
    """An object inside the activity (`id`, `actor`); empty where it is missing or something else."""
    found = activity.get(name)
    return found if type(found) is dict else {}


def of_cloud_logging(entry: dict[str, Any]) -> dict[str, Any]:
    """The activity in an entry of Cloud Logging, where an organization shares its Workspace logs with Google Cloud.

    https://docs.cloud.google.com/logging/docs/audit/gsuite-audit-logging; what is no such entry comes back as it is.
    """
    payload = part(entry, "protoPayload")
    metadata = part(payload, "metadata")
    events = metadata.get("event")
    if type(events) is not list:
        return entry
    qualifier, service = part(metadata, "activityId").get("uniqQualifier"), payload.get("serviceName")
    return {
        "id": {
            "time": entry.get("timestamp"),
            "uniqueQualifier": qualifier,
            "applicationName": service.partition(".")[0] if type(service) is str else None,
        },
        "actor": {"email": part(payload, "authenticationInfo").get("principalEmail")},
        "ipAddress": part(payload, "requestMetadata").get("callerIp"),
        "events": [
            {"name": event.get("eventName"), "parameters": event.get("parameter")}
            for event in events
            if type(event) is dict
        ],
    }


def entries_of(activity: dict[str, Any]) -> list[dict[str, Any]]:
    """Its events, those that are objects with a name: a list, or one object where a shipper has split the list."""
    events = activity.get("events")
    events = events if type(events) is list else [events]
    return [entry for entry in events if type(entry) is dict and type(entry.get("name")) is str]


def parameters_of(entry: dict[str, Any]) -> Parameters:
    """Parameter name (lower-case) to its value as text; of several values, all with commas between.

    What stands inside a parameter's message never speaks for a parameter of the event itself. Raises RepeatedKey
    where a name stands twice.
    """
    listed = entry.get("parameters")
    found: Parameters = {}
    inner: Parameters = {}
    for parameter in listed[:_MOST] if type(listed) is list else ():
        if type(parameter) is dict and type(parameter.get("name")) is str:
            name = parameter["name"].lower()
            if name in found:
                raise RepeatedKey(f"{name[:60]} stands twice in one event")
            found[name] = _value(parameter)
            if not _MESSAGES.isdisjoint(parameter):
                inner = _nested(parameter) | inner
    return {name: value for name, value in (inner | found).items() if value}


def _value(parameter: dict[str, Any]) -> str:
    value = next((parameter[form] for form in _VALUES if form in parameter), None)
    if type(value) is list:
        return ", ".join(_plain(each) for each in value[:_MOST])
    return _plain(value)


def _plain(value: object) -> str:
    if type(value) is bool:
        return "true" if value else "false"
    return str(value).strip(BLANKS) if type(value) in (str, int) else ""


def _nested(parameter: dict[str, Any]) -> Parameters:
    """A message's own parameters, one level deep; of two with one name, the first."""
    found: Parameters = {}
    for form in _MESSAGES:
        messages = parameter.get(form)
        for message in (messages if type(messages) is list else [messages])[:_MOST]:
            inner = message.get("parameter") if type(message) is dict else None
            for each in inner[:_MOST] if type(inner) is list else ():
                if type(each) is dict and type(each.get("name")) is str and (value := _value(each)):
                    found.setdefault(each["name"].lower(), value)
    return found

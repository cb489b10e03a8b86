"""Jamf Pro's webhooks, computers of its API and its log stream: one delivery, computer or line in, one event out.

https://developer.jamf.com/jamf-pro/docs/webhooks-1
"""

import re

from model.actions import Action
from model.event import Event
from producers import forms
from producers.jamf.inventory import is_inventory, read_inventory
from producers.jamf.log_stream import is_log_line, read_log_line
from producers.json_object import RepeatedKey
from producers.json_record import Document, part, plain, plain_texts, text, understand
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal
from producers.times import at_epoch

TITLE = "Jamf Pro"
_ACTIONS: dict[str, Action] = {
    "computeradded": "device.enrolled",
    "computercheckin": "device.checked_in",
    "computerinventorycompleted": "device.reported",
    "computerpolicyfinished": "device.changed",
    "computerpatchpolicycompleted": "device.changed",
    "computerpushcapabilitychanged": "device.changed",
    "deviceaddedtodep": "device.changed",
    "mobiledevicecheckin": "device.checked_in",
    "mobiledevicecommandcompleted": "device.changed",
    "mobiledeviceenrolled": "device.enrolled",
    "mobiledeviceinventorycompleted": "device.reported",
    "mobiledeviceunenrolled": "device.changed",
    "restapioperation": "record.unrecognised",
}
_COMMAND = ("command", "commandName", "commandType", "requestType")  # Jamf's documents name none; some relays add one
_OF_COMMANDS = ("mobiledevicecommand", "computercommand", "devicecommand", "mdmcommand")
_LOCATES = frozenset({"devicelocation", "updatelocation", "locatedevice", "locate"})
_OUTCOMES = {"true": "success", "false": "failure"}
_SNAKE = re.compile(r"_([a-z])")
_CREATES = frozenset({"post", "put"})


def parse(record: bytes, context: Context) -> Parsed:
    """One delivery as its event, or a refusal."""
    return understand(record, TITLE, lambda document: _read(document, context), lambda: _event("", {}))


def _read(document: Document, context: Context) -> Parsed:
    document = _camel(document)
    if is_inventory(document):
        event = _event("", {})
        read_inventory(event, document, context)
        return [event]
    if is_log_line(document):
        event = _event("", {})
        read_log_line(event, document, context)
        return [event]
    hook, body = _camel(part(document, "webhook")), _camel(part(document, "event"))
    name = text(hook, "webhookEvent") or text(document, "webhookEvent")
    if name is None:
        return Refusal(f"not one webhook of {TITLE}: no webhookEvent")
    event = _event(name, hook)
    device = _camel(part(body, "computer")) or body
    if name.lower() == "restapioperation":
        _operation(event, body)
    elif name.lower() in _ACTIONS or "serialNumber" in device:
        event.outcome = _OUTCOMES.get(str(body.get("successful")).lower(), "unknown")
        event.app = text(body, "patchPolicyName")
        _of_device(event, name.lower(), device)
    else:
        fill_plainly(event, plain_texts(body))
    return [event]


def _camel(document: Document) -> Document:
    """With the names that Jamf gives: some relays write `device_name` for `deviceName`. Raises RepeatedKey."""
    camel = {_SNAKE.sub(lambda found: found[1].upper(), name): value for name, value in document.items()}
    if len(camel) < len(document):
        raise RepeatedKey("a key stands twice, in two spellings")
    return camel


def _event(name: str, hook: Document) -> Event:
    at, quality = at_epoch(plain(hook.get("eventTimestamp")) or "") or (None, "received")
    return Event(
        product="jamf",
        category="device",
        action="record.unrecognised",
        occurred_at=at,
        time_quality=quality,
        vendor_action=name or None,
    )


def _of_device(event: Event, name: str, body: Document) -> None:
    """What a device told or did. Its user is the one that the inventory gives it, not who sits there."""
    event.action = _ACTIONS.get(name, "record.unrecognised")
    serial = forms.serial(text(body, "serialNumber"))
    event.device = serial or text(body, "deviceName")
    event.mac = forms.mac(text(body, "macAddress", "wifiMacAddress"))
    if event.device or event.mac:
        event.device_basis = "observed" if serial else "claimed"
    event.address = forms.address(text(body, "ipAddress"))
    forms.name_target(event, text(body, "username", "emailAddress"))
    event.reason = text(body, "trigger")
    event.app = text(body, *_COMMAND) or event.app
    if name == "mobiledevicecommandcompleted" and _plain(event.app) in _LOCATES:
        event.action = "device.located"


def _operation(event: Event, body: Document) -> None:
    """What somebody did with the API; a command to a device names it by objectName, its serial or its name."""
    forms.name_account(event, text(body, "authorizedUsername"), "observed")
    event.outcome = _OUTCOMES.get(str(body.get("operationSuccessful")).lower(), "unknown")
    event.app = text(body, *_COMMAND) or text(body, "objectTypeName")
    creates = (text(body, "restAPIOperationType", "restApiOperationType") or "").lower() in _CREATES
    kind = _plain(text(body, "objectTypeName"))
    if not creates or not kind.startswith(_OF_COMMANDS):
        return
    event.device = text(body, "serialNumber", "deviceName", "objectName")
    event.device_basis = "claimed" if event.device else None
    located = _plain(text(body, *_COMMAND)) in _LOCATES or any(kind.endswith(word) for word in _LOCATES)
    event.action = "device.located" if located else "device.changed"


def _plain(words: str | None) -> str:
    return re.sub("[^a-z]", "", (words or "").lower())

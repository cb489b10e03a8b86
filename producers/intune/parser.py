"""Microsoft Intune: one record of Azure Monitor or one Graph auditEvent or managedDevice in, one event out.

https://learn.microsoft.com/en-us/mem/intune/fundamentals/review-logs-using-azure-monitor
https://learn.microsoft.com/en-us/graph/api/resources/intune-auditing-auditevent and intune-devices-manageddevice
"""

from collections.abc import Callable
from datetime import datetime

from model.event import Event
from producers import forms
from producers.envelopes.azure import AzureRecord, at_azure, read_azure
from producers.json_record import Document, objects, origin, part, plain, plain_texts, text, understand
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal

TITLE = "Microsoft Intune"
_OUTCOMES = {"success": "success", "failure": "failure", "fail": "failure"}
_TIMES = ("activityDateTime", "lastSyncDateTime")
_ON_DEVICES = " manageddevice"  # ends the name of an operation on a device
_LOCATE = "locatedevice"  # begins the name of such an operation, however it is spelled
_LONGEST_S = 20 * 365 * 86_400
_GRANT = "create roleassignment"


def parse(record: bytes, context: Context) -> Parsed:
    """One record as its event, or a refusal."""
    return understand(record, TITLE, _read, lambda: _event(AzureRecord({}, {})))


def _read(document: Document) -> Parsed:
    told = read_azure(document)
    event = _event(told)
    read = _READERS.get(_kind(told))
    if read is not None:
        read(event, told)
    elif event.vendor_action is None:
        return Refusal(f"not one record of {TITLE}: no operation and no device")
    if event.action == "record.unrecognised":
        fill_plainly(event, plain_texts(told.body, told.head) if read is None else {})
    return [event]


def _kind(told: AzureRecord) -> str:
    """The category of the record; Graph's objects are told by what only they have."""
    if told.head:
        return text(told.head, "category") or ""
    if "activityType" in told.body and "actor" in told.body:
        return "AuditLogs"
    return "Devices" if "deviceName" in told.body and "managedDeviceOwnerType" in told.body else ""


def _event(told: AzureRecord) -> Event:
    at, quality = at_azure(told.head.get("time"), *(told.body.get(name) for name in _TIMES)) or (None, "received")
    result = text(told.head, "resultType") or text(told.body, "activityResult") or ""
    return Event(
        product="intune",
        category="device",
        action="record.unrecognised",
        occurred_at=at,
        time_quality=quality,
        outcome=_OUTCOMES.get(result.lower(), "unknown"),
        vendor_action=text(told.head, "operationName") or text(told.body, "activityType"),
    )


def _audit(event: Event, told: AzureRecord) -> None:
    """An administrator's act; what it was done to is a device, or else the `app`."""
    body = told.body
    actor = part(body, "Actor") or part(body, "actor")
    forms.name_account(event, text(actor, "UPN", "userPrincipalName"), "observed")
    event.address = forms.address(text(actor, "ipAddress"))
    event.origin = origin(body.get("AuditEventId") or body.get("id"))
    thing, by_app = _audited_thing(body), text(actor, "ApplicationName", "applicationDisplayName")
    operation = (event.vendor_action or "").lower()
    if operation.endswith(_ON_DEVICES) or operation.replace(" ", "").startswith(_LOCATE):
        event.action = "device.located" if operation.replace(" ", "").startswith(_LOCATE) else "device.changed"
        event.device, event.device_basis = thing, "claimed" if thing else None  # a display name, which an owner chooses
        event.app = None if event.account else by_app
        return
    event.category = "auth"
    if operation == _GRANT:
        event.action = "privilege.assigned"
    event.app = thing or by_app


def _audited_thing(body: Document) -> str | None:
    names = body.get("TargetDisplayNames")
    listed = [plain(name) for name in names[:9]] if type(names) is list else []
    listed += [text(item, "displayName") for item in objects(body, "resources")]
    return next((name for name in listed if name), None)


def _enrolled(event: Event, told: AzureRecord) -> None:
    event.action = "device.enrolled"
    event.reason = text(told.body, "FailureReason") if event.outcome == "failure" else None
    event.origin = origin(told.body.get("MessageId"))


def _operational(event: Event, told: AzureRecord) -> None:
    body = told.body
    _name(event, body)
    if event.vendor_action == "Enrollment":
        _enrolled(event, told)
    elif event.vendor_action == "Compliance":
        event.action = "device.changed"
        event.reason = text(body, "AlertType")


def _reported(event: Event, told: AzureRecord) -> None:
    """A row of a device, once a day: what it last told of itself, and whose it is."""
    body = told.body
    event.action, event.outcome = "device.reported", "unknown"
    said = [text(body, "CompliantState", "ComplianceState_loc", "complianceState")]
    encrypted = text(body, "EncryptionStatusString", "EcryptionStatusString")  # both are met with
    if body.get("isEncrypted") is False or (encrypted or "").lower() == "false":
        said.append("not encrypted")
    event.reason = ", ".join(one for one in said if one) or None
    event.mac = forms.mac(text(body, "WifiMacAddress", "wiFiMacAddress"))
    event.duration_s = _since_contact(event, body)
    _name(event, body)
    batch = text(body, "DeviceId"), text(body, "BatchId")
    event.origin = origin("/".join(batch)) if all(batch) else None  # type: ignore[arg-type]  # all are texts


def _since_contact(event: Event, body: Document) -> float | None:
    """How long ago (s) the device had last been in touch; the first and the last year of the calendar are never."""
    last = at_azure(body.get("LastContact"))
    if last is None or event.occurred_at is None:
        return None
    age = (datetime.fromisoformat(event.occurred_at) - datetime.fromisoformat(last[0])).total_seconds()
    return age if 0 <= age < _LONGEST_S else None


def _name(event: Event, body: Document) -> None:
    """The serial number, which nobody types; else the name, which whoever owns the device may have chosen."""
    serial = forms.serial(text(body, "SerialNumber", "serialNumber"))
    event.device = serial or text(body, "DeviceHostName", "DeviceName", "deviceName")
    event.device_basis = ("observed" if serial else "claimed") if event.device or event.mac else None
    forms.name_target(
        event, text(body, "UPN", "userPrincipalName", "UserEmail") or _user(body), text(body, "UPNSuffix")
    )


def _user(body: Document) -> str | None:
    """UserName counts beside its suffix only: in other rows it is how the person is called."""
    return text(body, "UserName") if "UPNSuffix" in body else None


_READERS: dict[str, Callable[[Event, AzureRecord], None]] = {
    "AuditLogs": _audit,
    "OperationalLogs": _operational,
    "Devices": _reported,
    "DeviceComplianceOrg": _reported,
}

"""The access log and the change management log of a Jamf Pro server, as Jamf's log stream sends them.

https://developer.jamf.com/developer-guide/docs/jamf-log-stream
"""

import re

from model.event import Basis, Event
from producers import forms
from producers.json_record import Document, text
from producers.product import Context
from producers.times import at_iso

_ACCESS = re.compile(r"\[JSSACCESSLOG\] (\S+) - username=(.*), status=(.*), ipAddress=(.*), entryPoint=(.*)")
_CHANGE = re.compile(
    r"\[CHANGEMANAGEMENT\] [^\[]*(?:\[[^\]]*\] ){3}- \[(.*) \(ID: -?\d+\)\] \[([A-Z_]*)\] \[([^\]]*)\] \[(\S*)\]"
)
# Who signs in writes the name in front of these, so a line in which one stands twice tells nothing.
_ONCE = (" - username=", ", status=", ", ipAddress=", ", entryPoint=")
_NOBODY = forms.MISSING | {"Unknown"}
_NAME = re.compile(r"^\tName(?: \.+| +) (.+)$", re.M)
_DEVICES = frozenset({"Computer", "Mobile Device"})
_CHANGES = frozenset({"CREATE", "UPDATE", "DELETE"})


def is_log_line(document: Document) -> bool:
    """Whether the object is one entry of the log stream: a time and a line of one of the two logs."""
    line = document.get("message")
    return type(line) is str and line.startswith(("[JSSACCESSLOG] ", "[CHANGEMANAGEMENT] "))


def read_log_line(event: Event, document: Document, context: Context) -> None:
    """Fills an event with what the line says. The line's own time has no zone, the entry's has."""
    line = document["message"]
    event.occurred_at, event.time_quality = at_iso(text(document, "time") or "", context.timezone) or (None, "received")
    once = all(line.count(word) == 1 for word in _ONCE)  # asked first: the pattern is slow where a word stands often
    if once and (found := _ACCESS.fullmatch(line)):
        _access(event, found, context)
    elif (found := _CHANGE.match(line)) and line[: found.end()].count(" (ID: ") == 1:
        _change(event, found, line[found.end() :], context)


def _access(event: Event, found: re.Match[str], context: Context) -> None:
    """Somebody, or a client of the API, that showed who it is, was refused, or left."""
    written, user, status, address, entry = found.groups()
    if event.occurred_at is None and (at := at_iso(written, context.timezone)):
        event.occurred_at, event.time_quality = at
    event.category, event.vendor_action, event.app = "auth", forms.known(status), forms.known(entry)
    event.address = forms.address(address)
    word, _, rest = status.lower().partition(" ")
    event.outcome = {"successful": "success", "failed": "failure"}.get(word, "unknown")
    basis: Basis = "claimed"
    if rest in ("login", "token creation"):
        event.action = "account.authenticated"
        basis = "authenticated" if event.outcome == "success" else "claimed"
    elif rest.endswith("logout"):
        event.action = "account.logged_off"
        basis = "observed" if event.outcome == "success" else "claimed"
    forms.name_account(event, forms.known(user, _NOBODY), basis)


def _change(event: Event, found: re.Match[str], details: str, context: Context) -> None:
    """What somebody signed in did to a thing; of a device its name stands below."""
    user, operation, kind, written = found.groups()
    if at := at_iso(written, context.timezone):
        event.occurred_at, event.time_quality = at
    event.vendor_action, event.app, event.outcome = forms.known(operation), forms.known(kind), "success"
    forms.name_account(event, user, "observed")
    if kind not in _DEVICES:
        return
    names = _NAME.findall(details)
    event.device = forms.known(names[0]) if len(names) == 1 else None
    event.device_basis = "claimed" if event.device else None
    if operation in _CHANGES:
        event.action = "device.changed"

"""A change in the directory: who made it, to whom, and in which group or role."""

import re

import msgspec

from model.event import Event
from producers import forms
from producers.entra_id.meanings import AUDIT, Activity
from producers.json_record import Document, objects, part, plain, text

_SELF_SERVICE = "(self-service)"
_ENABLED = "AccountEnabled"
_POLICY_STATE = re.compile(r'"state"\s*:\s*"(\w{1,60})"', re.A)
_STATES = {"disabled": "disabled", "enabledforreportingbutnotenforced": "report only", "enabled": "enabled"}
_inner = msgspec.json.Decoder(str).decode
_OUTCOMES = {"success": "success", "failure": "failure", "timeout": "failure"}


def audit(event: Event, body: Document) -> bool:
    """Fill in the event; False where the activity is one that we do not know."""
    name = (event.vendor_action or "").lower()
    known = AUDIT.get(name)
    _actor(event, body, name, known is not None)
    event.outcome = _OUTCOMES.get((text(body, "result") or "").lower(), "unknown")
    event.reason = text(body, "resultReason") if event.outcome != "success" else None
    targets = objects(body, "targetResources")
    _target_user(event, targets)
    if known is None:
        return False
    event.action, event.category = known.action, known.category
    _target(event, known, targets)
    _enabled(event, name, targets)
    if known.action == "security_policy.changed":
        event.reason = _state(name, targets)
    return True


def _actor(event: Event, body: Document, name: str, known: bool) -> None:
    """Who did it: a user, or an app for which `app` stands.

    Before a self-service reset nobody had signed in; before an activity that is not `known`, nobody knows.
    """
    user = part(body, "initiatedBy", "user")
    details = {text(item, "key"): text(item, "value") for item in objects(body, "additionalDetails")}
    event.address = forms.address(text(user, "ipAddress")) or forms.address(details.get("ipaddr"))
    event.user_agent = details.get("User-Agent")
    event.app = text(part(body, "initiatedBy", "app"), "displayName")
    unproved = not known or (name.endswith(_SELF_SERVICE) and (text(body, "result") or "").lower() != "success")
    forms.name_account(event, text(user, "userPrincipalName"), "claimed" if unproved else "observed")


def _target_user(event: Event, targets: list[Document]) -> None:
    user = next((target for target in targets if text(target, "type") == "User"), None)
    forms.name_target(event, text(user, "userPrincipalName") if user else None)


def _target(event: Event, known: Activity, targets: list[Document]) -> None:
    named = next((text(target, "displayName") for target in targets if text(target, "type") == known.kind), None)
    if known.kind == "Device":
        event.device = named
        event.device_basis = "claimed" if named else None  # a display name, which an owner chooses
    elif thing := _modified(targets, known.thing, ("newValue", "oldValue")) or named:
        event.app = thing


def _state(name: str, targets: list[Document]) -> str | None:
    """What became of a policy: deleted, disabled, report only, enabled; None where it is not said."""
    if name.startswith("delete"):
        return "deleted"
    after, before = (_policy_state(targets, which) for which in ("newValue", "oldValue"))
    return None if after == before and name.startswith("update") else _STATES.get(after or "")


def _policy_state(targets: list[Document], which: str) -> str | None:
    found = _POLICY_STATE.search(_modified(targets, "ConditionalAccessPolicy", (which,)) or "")
    return found[1].lower() if found else None


def _modified(targets: list[Document], name: str, which_ones: tuple[str, ...]) -> str | None:
    """The value of a modified property, JSON within a text: the first of `which_ones` that is there."""
    for target in targets:
        for item in objects(target, "modifiedProperties"):
            if name and item.get("displayName") == name:
                return next((value for which in which_ones if (value := _unquoted(item.get(which)))), None)
    return None


def _unquoted(value: object) -> str | None:
    """What stands in the JSON text; the text itself where it is none."""
    written = plain(value)
    if written is None or not written.startswith('"'):
        return written
    try:
        return plain(_inner(written))
    except msgspec.DecodeError:
        return written


def _enabled(event: Event, name: str, targets: list[Document]) -> None:
    """An update of a user that turns the account on or off."""
    turned = _modified(targets, _ENABLED, ("newValue",)) if name == "update user" else None
    if turned and "true" in turned.lower():
        event.action = "account.enabled"
    elif turned and "false" in turned.lower():
        event.action = "account.disabled"

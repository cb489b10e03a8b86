"""Duo's log objects, one in and one event out: authentication, administrator, activity; telephony, Trust Monitor.

https://duo.com/docs/adminapi#logs
"""

import msgspec

from model.actions import Action
from model.event import Basis, Event
from producers import forms
from producers.json_object import decode_object
from producers.json_record import Document, origin, part, plain_texts, text, understand
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal
from producers.times import At, at_epoch, at_iso

TITLE = "Duo's logs"
_OUTCOMES = {"success": "success", "denied": "failure", "fraud": "failure", "failure": "failure", "error": "failure"}
# Only where one of these was the reason did somebody show a factor; bypass, trusted networks and the like show none.
_SHOWN = frozenset({"user_approved", "valid_passcode"})
# `action` of the administrator log and `action.name` of the activity log.
MEANINGS: dict[str, Action] = {
    "admin_login": "account.authenticated",
    "admin_login_error": "account.authenticated",
    "admin_2fa_error": "account.authenticated",
    "admin_lockout": "account.locked",
    "admin_create": "account.created",
    "admin_update": "account.changed",
    "admin_delete": "account.deleted",
    "user_create": "account.created",
    "user_import": "account.created",
    "user_adminapi_lockout": "account.locked",
    "user_lock_out_cleared": "account.unlocked",
    "user_update": "account.changed",
    "user_delete": "account.deleted",
    "user_pending_delete": "account.disabled",
    "user_restore": "account.enabled",
    "bypass_create": "mfa_method.added",
    "phone_associate": "mfa_method.added",
    "hardtoken_associate": "mfa_method.added",
    "webauthncredential_create": "mfa_method.added",
    "u2ftoken_create": "mfa_method.added",
    "bypass_delete": "mfa_method.removed",
    "phone_disassociate": "mfa_method.removed",
    "hardtoken_disassociate": "mfa_method.removed",
    "webauthncredential_delete": "mfa_method.removed",
    "u2ftoken_delete": "mfa_method.removed",
    "admin_reset_password": "password.reset",
    "policy_update": "security_policy.changed",
    "policy_create": "security_policy.changed",
    "policy_delete": "security_policy.changed",
    "admin_factor_restrictions_update": "security_policy.changed",
    "update_admin_factor_restrictions": "security_policy.changed",
}
# Of these, `object` is the user or the administrator; of what else begins with `admin_` it may be a phone.
_ON_USERS = ("user_", "bypass_", "phone_", "hardtoken_", "ad_sync_by_user_", "azure_sync_by_user_",
             "openldap_sync_by_user_")  # fmt: skip
_ON_ADMINISTRATORS = frozenset({
    "activation_set_password", "admin_create", "admin_delete", "admin_reset_password", "admin_self_activate",
    "admin_send_reset_password_email", "admin_update",
})  # fmt: skip
_SIGN_INS = ("admin_login", "admin_2fa_")
_NO_ADMINISTRATOR = frozenset({"System", "API"})
_FACTOR_NAMES = ("webauthncredential_", "u2ftoken_")


def parse(record: bytes, context: Context) -> Parsed:
    """One event, or a refusal."""
    return understand(record, TITLE, lambda document: _read(document, context), _unread)


def _unread() -> Event:
    return Event(product="duo", category="auth", action="record.unrecognised", time_quality="received")


def _read(document: Document, context: Context) -> Parsed:
    event = _unread()
    event.occurred_at, event.time_quality = _at(document, context) or (None, "received")
    if text(document, "event_type") is not None and "user" in document:
        _authentication(event, document)
    elif text(document, "activity_id") is not None:
        _activity(event, document)
    elif type(document.get("action")) is str:
        _administration(event, document)
    elif text(document, "sekey") is not None:
        _surfaced(event, document)
    elif text(document, "telephony_id") is not None:
        event.origin, event.session_id = origin(document["telephony_id"]), text(document, "txid")
        event.vendor_action = text(document, "type")
    elif event.occurred_at is None:
        return Refusal(f"not one record of {TITLE}: neither event_type nor action nor a time")
    else:
        fill_plainly(event, plain_texts(document))
    return [event]


def _at(document: Document, context: Context) -> At | None:
    for name in ("ts", "isotimestamp"):
        written = document.get(name)
        if type(written) is str and (at := at_iso(written, context.timezone)):
            return at
    return at_epoch(text(document, "timestamp", "surfaced_timestamp") or "")


def _authentication(event: Event, document: Document) -> None:
    """`authentication` is a login that needed a factor; `enrollment` gives a user the first."""
    device, kind = part(document, "access_device"), text(document, "event_type")
    event.origin = origin(document.get("txid"))
    event.session_id = text(document, "txid")
    event.outcome = _OUTCOMES.get((text(document, "result") or "").lower(), "unknown")
    event.reason = text(document, "reason")
    event.vendor_action, event.vendor_code = text(document, "factor") or kind, kind
    event.app = text(part(document, "application"), "name")
    event.address = forms.address(text(device, "ip"))
    event.device = text(device, "hostname")
    event.device_basis = "claimed" if event.device else None
    forms.name_account(event, text(part(document, "user"), "name"), _basis(event))
    if kind == "authentication":
        event.action = "account.authenticated"
    elif kind == "enrollment":
        event.action = "mfa_method.added"
        event.target_account, event.target_domain = event.account, event.account_domain


def _basis(event: Event) -> Basis:
    if event.outcome != "success":
        return "claimed"
    return "authenticated" if event.reason in _SHOWN else "observed"


def _administration(event: Event, document: Document) -> None:
    """`username` is an administrator's name as Duo knows it, with blanks in it a full name and no account."""
    kind = text(document, "action") or ""
    event.action = MEANINGS.get(kind, "record.unrecognised")
    event.vendor_action = kind
    event.outcome = "failure" if kind.endswith("_error") else "success"
    told, by = _description(document), text(document, "username")
    event.address = forms.address(text(told, "ip_address"))
    event.user_agent, event.device = text(told, "user_agent"), text(told, "hostname")
    event.device_basis = "claimed" if event.device else None
    event.reason = text(told, "error", "message") or (text(told, "status") if kind == "user_update" else None)
    email = text(told, "email")  # of one who signs in; elsewhere of whom it was done to
    if by in _NO_ADMINISTRATOR or " " in (by or ""):
        event.app, by = by, None
    if kind.startswith(_SIGN_INS):
        by = by or email
    forms.name_account(event, by, "claimed" if event.outcome == "failure" or kind == "admin_lockout" else "observed")
    if kind == "admin_login" and event.account:
        event.account_basis = "authenticated"
    _done_to(event, kind, text(document, "object"), email)
    _of_no_known_kind(event)


def _done_to(event: Event, kind: str, thing: str | None, email: str | None) -> None:
    """Whom or what `object` names; an administrator's full name is none, his address is."""
    if kind.startswith(_ON_USERS):
        forms.name_target(event, thing)
    elif kind in _ON_ADMINISTRATORS:
        forms.name_target(event, email if " " in (thing or " ") else thing)
    elif kind == "admin_lockout":
        event.target_account, event.target_domain = event.account, event.account_domain
    elif kind.startswith("o2fa_"):
        event.app = event.app or thing


def _surfaced(event: Event, document: Document) -> None:
    """What Trust Monitor finds worth a look. The sign-in itself stands in the authentication log, so this is none."""
    event.origin, event.vendor_action = origin(document.get("sekey")), text(document, "type")
    told = part(document, "surfaced_auth")
    event.session_id, event.reason = text(told, "txid"), text(told, "reason")
    event.app = text(part(told, "application"), "name")
    event.address = forms.address(text(part(told, "access_device"), "ip"))
    forms.name_account(event, text(part(told, "user"), "name"), "claimed")
    forms.name_target(event, text(part(document, "enabled_for"), "name"))


def _description(document: Document) -> Document:
    """What the administrator log says beside: an object as text, or plain words, which are none."""
    written = text(document, "description")
    if written is None or not written.startswith("{"):
        return {}
    try:
        return decode_object(written.encode())
    except msgspec.DecodeError:  # words that begin with a brace
        return {}


def _activity(event: Event, document: Document) -> None:
    """The actor has a type; only a user's or an administrator's name is one, and only a user's stands for a target."""
    kind, actor, target = (
        text(part(document, "action"), "name") or "",
        part(document, "actor"),
        part(document, "target"),
    )
    event.origin = origin(document.get("activity_id"))
    event.action = MEANINGS.get(kind, "record.unrecognised")
    event.vendor_action = kind
    event.outcome = _OUTCOMES.get((text(part(document, "outcome"), "result") or "").lower(), "unknown")
    event.address = forms.address(text(part(document, "access_device", "ip"), "address"))
    event.app = text(part(document, "application"), "name")
    name = text(actor, "name")
    if actor.get("type") in ("user", "admin") and " " not in (name or ""):
        forms.name_account(event, name, "observed" if event.outcome == "success" else "claimed")
    if target.get("type") == "user":
        forms.name_target(event, text(target, "name"))
    elif kind.startswith(_FACTOR_NAMES):
        event.target_account, event.target_domain = event.account, event.account_domain
    _of_no_known_kind(event)


def _of_no_known_kind(event: Event) -> None:
    """Whether the actor of a kind that we do not know had signed in, we do not know either."""
    if event.action == "record.unrecognised" and event.account:
        event.account_basis = "claimed"

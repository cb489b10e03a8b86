"""Okta System Log: one LogEvent in, one event out; an event hook carries several.

https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
"""

from model.event import Basis, Event
from producers import forms
from producers.json_record import Document, objects, origin, part, text, understand
from producers.okta.meanings import MEANINGS, Meaning
from producers.product import Context, Parsed, Refusal
from producers.times import at_iso

TITLE = "the Okta System Log"
_OUTCOMES = {"SUCCESS": "success", "ALLOW": "success", "FAILURE": "failure", "DENY": "failure"}
_UNNAMED = frozenset({"unknown", "null", ""})
_TYPES = {"Device": ("Device", "UDDevice")}  # the second since Okta keeps devices in its Universal Directory
# Whoever types a name into "Forgot password?" is its actor and its target, before anybody has signed in.
_BY_ANYBODY = frozenset({"user.account.reset_password", "user.account.unlock"})


def parse(record: bytes, context: Context) -> Parsed:
    """One event, or the events of one hook; or a refusal."""
    return understand(record, TITLE, lambda document: _read(document, context), _unread)


def _unread() -> Event:
    return Event(product="okta", category="auth", action="record.unrecognised", time_quality="received")


def _read(document: Document, context: Context) -> Parsed:
    logs = [log for log in _logs(document) if text(log, "eventType")]
    if not logs:
        return Refusal(f"not one record of {TITLE}: no eventType")
    return [_event(log, context) for log in logs]


def _logs(document: Document) -> list[Document]:
    """The log events: the record itself, EventBridge's `detail`, or those in the `data` of an event hook."""
    if "detail-type" in document:
        return [part(document, "detail")]
    hooked = objects(part(document, "data"), "events")
    return hooked or [document]


def _event(log: Document, context: Context) -> Event:
    kind = text(log, "eventType") or ""
    known = MEANINGS.get(kind)
    outcome = part(log, "outcome")
    published = log.get("published")
    at, quality = (at_iso(published, context.timezone) if type(published) is str else None) or (None, "received")
    client = part(log, "client")
    event = Event(
        product="okta",
        category=known.category if known else "auth",
        action=known.action if known else "record.unrecognised",
        occurred_at=at,
        time_quality=quality,
        outcome=_OUTCOMES.get(text(outcome, "result") or "", "unknown"),
        reason=text(outcome, "reason"),
        address=forms.address(text(client, "ipAddress")),
        session_id=text(part(log, "authenticationContext"), "externalSessionId"),
        user_agent=text(part(client, "userAgent"), "rawUserAgent"),
        vendor_action=kind,
        origin=origin(log.get("uuid")),
    )
    _device(event, part(log, "device"))
    targets = objects(log, "target")
    if known is not None:
        _targets(event, known, targets, text(outcome, "result"))
    else:
        forms.name_target(event, text(_first_user(targets), "alternateId"))
    _actor(event, known, part(log, "actor"), _first_user(targets))
    if event.account and kind in _BY_ANYBODY and event.target_account in (None, event.account):
        event.account_basis = "claimed"
    return event


def _device(event: Event, device: Document) -> None:
    """A device, managed or not, has the name that the software on it gives; who administers it may choose that."""
    event.device = text(device, "name")
    event.device_basis = "claimed" if event.device else None


def _actor(event: Event, known: Meaning | None, actor: Document, user: Document) -> None:
    """Who did it. Okta itself and apps are no accounts: where Okta signs somebody in, it is the target `user`."""
    if actor.get("type") == "User":
        forms.name_account(event, forms.known(text(actor, "alternateId"), _UNNAMED), _basis(event, known))
        return
    if known is not None and known.action == "account.authenticated":  # Okta says it of whom another IdP vouched for
        forms.name_account(event, text(user, "alternateId"), _basis(event, known))
    if event.app is None:
        event.app = text(actor, "displayName")


def _basis(event: Event, known: Meaning | None) -> Basis:
    failed = event.outcome != "success"
    if known is None:
        return "claimed"  # whether anybody had signed in is not known
    if known.standing == "typed" or (failed and known.standing == "proof"):
        return "claimed"
    return "authenticated" if known.standing == "proof" else "observed"


def _first_user(targets: list[Document]) -> Document:
    return next((target for target in targets if target.get("type") == "User"), {})


def _targets(event: Event, known: Meaning, targets: list[Document], result: str | None) -> None:
    if known.action == "account.locked" and event.reason == "LOCKED_OUT":
        event.outcome = "success"  # what failed is the sign-in; the lock is set
    if known.standing == "typed" and known.action == "challenge.presented" and result == "SUCCESS":
        event.outcome = "unknown"  # it was sent; nobody has passed it yet
    user = _first_user(targets) if known.on_user else {}
    forms.name_target(event, text(user, "alternateId"))
    thing = next(
        (
            text(target, "displayName")
            for target in targets
            if target.get("type") in _TYPES.get(known.thing, (known.thing,))
        ),
        None,
    )
    if known.thing != "Device":
        event.app = thing
    elif thing is not None:
        event.device, event.device_basis = thing, "claimed"  # a display name, which an owner chooses

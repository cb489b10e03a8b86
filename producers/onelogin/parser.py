"""OneLogin's events: one object in, one event out; a page of the API holds several.

https://developers.onelogin.com/api-docs/1/events/event-resource and .../webhooks

`user_name` and `actor_user_name` are first and last names, which people share: nobody is told by them. A user is the
number that OneLogin gave it, as the account `onelogin-NUMBER`, or the user name where the webhook tells it.
"""

from model.event import Basis, Event
from producers import forms
from producers.json_record import Document, objects, part, text, understand
from producers.onelogin.meanings import MEANINGS, NAMES, OWN, Meaning
from producers.product import Context, Parsed, Refusal
from producers.times import at_iso

TITLE = "OneLogin's events"
_NO_MEANING = Meaning("record.unrecognised", "unknown", "typed")


def parse(record: bytes, context: Context) -> Parsed:
    """One event, or those of a page; or a refusal."""
    return understand(record, TITLE, lambda document: _read(document, context), _unread)


def _unread() -> Event:
    return Event(product="onelogin", category="auth", action="record.unrecognised", time_quality="received")


def _read(document: Document, context: Context) -> Parsed:
    told = [(one, text(one, "event_type_id")) for one in [document, *objects(document, "data")]]
    found = [_event(one, kind, context) for one, kind in told if kind]
    return found or Refusal(f"not one record of {TITLE}: no event_type_id")


def _event(told: Document, kind: str, context: Context) -> Event:
    number = forms.whole(kind) or 0
    name, meaning = MEANINGS.get(number) or (NAMES.get(number), _NO_MEANING)
    event = _unread()
    event.action, event.outcome = meaning.action, meaning.outcome
    stamp = text(told, "created_at", "event_timestamp")
    if at := at_iso(stamp, context.timezone) if stamp else None:
        event.occurred_at, event.time_quality = at
    event.vendor_code, event.vendor_action = kind, name
    event.address, event.user_agent = forms.address(text(told, "ipaddr")), text(told, "user_agent")
    event.app = text(told, meaning.thing)
    event.reason = text(told, "error_description") if meaning.outcome != "success" else None
    if own := text(told, "id", "uuid"):
        event.origin = f"id:{own[:100]}"
    _people(event, told, meaning)
    return event


def _people(event: Event, told: Document, meaning: Meaning) -> None:
    """Who did it, and to whom. Assuming another user, somebody acts in that user's name: then who it was is said by the
    field for it."""
    user, actor = _number(told, "user_id"), _number(told, "assuming_acting_user_id", "actor_user_id")
    if meaning.action in OWN and actor in (None, user):
        forms.name_account(event, _user_name(told) or user, _basis(meaning))
        return
    forms.name_account(event, actor, "claimed" if meaning.standing == "typed" else "observed")
    forms.name_target(event, _user_name(told) or user)
    if meaning.action == "password.changed" and actor not in (None, user):
        event.action = "password.reset"
    elif actor is not None and actor == user and _user_name(told):
        forms.name_account(event, _user_name(told), "claimed" if meaning.standing == "typed" else "observed")


def _basis(meaning: Meaning) -> Basis:
    if meaning.standing == "session":
        return "observed"
    return "authenticated" if meaning.standing == "proof" and meaning.outcome == "success" else "claimed"


def _number(told: Document, *names: str) -> str | None:
    """A user's number as an account; no user's name can be taken for it, nor a school's own number for a pupil."""
    number = forms.whole(text(told, *names))
    return f"onelogin-{number}" if number else None


def _user_name(told: Document) -> str | None:
    """The name that the user signs in by, which the webhook tells beside the number."""
    return text(part(told, "user_attributes"), "username", "email")

"""Google Workspace admin reports: one activity in, one event per element of its `events` out."""

from typing import Any, Final

import msgspec

from model.event import Event
from producers import forms
from producers.google_workspace.activity import Parameters, entries_of, of_cloud_logging, parameters_of, part
from producers.google_workspace.bases import set_bases
from producers.google_workspace.meanings import Meaning, meaning
from producers.json_object import RepeatedKey, decode_object
from producers.product import Context, Parsed, Refusal
from producers.times import at_epoch, at_iso

Activity = dict[str, Any]
UNRECOGNISED = "record.unrecognised"
_VERDICTS: Final = {"BLOCKED": "blocked", "WARNED": "warned", "BYPASSED": "allowed", "ALLOWED": "allowed"}
_RESULTS: Final = {
    "BLOCKED": "failure",
    **dict.fromkeys(("ALLOWED", "BYPASSED", "DETECTED", "REPORTED"), "success"),  # told of, and not stopped
}
_TARGETS: Final = ("user_email", "affected_email_address", "target_user", "target_user_email")
# Of events without a meaning here: whom an invitation, a message or a calendar was for, where that is one other person.
_OTHERS: Final = ("target_users", "event_guest", "grantee_email", "recipient_email")
_MEMBERS: Final = ("member_id", "member_email", "member")
_ADDRESSES: Final = ("ip_address", "actor_ip_address")  # what Meet and Rules say where the activity has no address
_SERIALS: Final = ("device_serial_number", "serial_number")
_DEVICES: Final = ("device_name", "directory_device_id", "device_id")
_URLS: Final = ("url", "tab_url", "attachment_url")
_PROFILE_USERS: Final = ("profile_user_name", "profile_user")  # in a browser; `device_user` is the computer's own there
_DEVICE_USERS: Final = ("device_user", "profile_user_name", "trigger_user", "profile_user", "user_email")
_URL_CATEGORIES: Final = ("url_category", "url_categories", "content_category", "category")
_CHALLENGES: Final = {
    "challenge passed": "success",
    "passed": "success",
    "challenge failed": "failure",
    "failed": "failure",
}


def parse(record: bytes, context: Context) -> Parsed:
    """One activity as its events, or a refusal."""
    try:
        activity = of_cloud_logging(decode_object(record.strip(b"\xef\xbb\xbf \t\r\n\0,")))
        entries = [(entry["name"], parameters_of(entry)) for entry in entries_of(activity)]
    except RepeatedKey:  # which of the two is true? Nothing of it is believed, not even its time
        return [Event(product="google_workspace", category="auth", action=UNRECOGNISED, time_quality="received")]
    except msgspec.DecodeError as error:
        return Refusal(f"not one activity of the Reports API: {str(error)[:300]}")
    except RecursionError:
        return Refusal("JSON nested too deep to be an activity")
    if not entries:
        return Refusal("no events: expected an activity with `events`, each with a name")
    return [_event(activity, name, parameters, context) for name, parameters in entries]


def _event(activity: Activity, name: str, parameters: Parameters, context: Context) -> Event:
    known = meaning(name.upper(), parameters)
    chrome = part(activity, "id").get("applicationName") == "chrome" or "device_platform" in parameters
    event = _headed(activity, name, parameters, context, chrome)
    if known is not None:
        event.action, event.category, event.outcome = known.action, known.category, known.outcome
        event.reason = _first(parameters, known.reason)
        event.app = _first(parameters, known.app) or event.app
        event.logon_type = known.logon_type
        _judge(event, name, parameters)
    _name_target(event, known, parameters, chrome)
    if chrome and event.outcome == "unknown":
        event.outcome = _RESULTS.get(_result(parameters), "unknown")
    set_bases(event, known, parameters, chrome)
    return event


def _headed(activity: Activity, name: str, parameters: Parameters, context: Context, chrome: bool) -> Event:
    """What every activity says of itself, whether we know its events or not."""
    at, quality = _at(activity, parameters, context)
    account, domain = _who(activity, parameters, chrome)
    written, url = activity.get("ipAddress"), _first(parameters, _URLS)
    if type(written) is not str:
        written = _first(parameters, _ADDRESSES)
    return Event(
        product="google_workspace",
        category="device" if chrome else "auth",
        action=UNRECOGNISED,
        occurred_at=at,
        time_quality=quality,
        account=account,
        account_domain=domain,
        device=forms.serial(_first(parameters, _SERIALS)) or _first(parameters, _DEVICES),
        address=forms.address(written),
        url=url,
        domain=forms.host_of(url),
        url_category=_first(parameters, _URL_CATEGORIES) if chrome else None,
        app=_first(parameters, ("app_name", "caa_application", "application_name")),
        user_agent=parameters.get("user_agent"),
        session_id=parameters.get("session_id") if chrome else None,  # of a remote desktop
        vendor_action=name,
        origin=_origin(activity),
    )


def _at(activity: Activity, parameters: Parameters, context: Context) -> tuple[str | None, str]:
    """id.time; else Chrome's own TIMESTAMP (ms) or login's login_timestamp (us)."""
    time = part(activity, "id").get("time")
    found = at_iso(time, context.timezone) if type(time) is str else None
    found = found or at_epoch(parameters.get("timestamp", "")) or at_epoch(parameters.get("login_timestamp", ""))
    return found or (None, "received")


def _origin(activity: Activity) -> str | None:
    named = part(activity, "id")
    time, qualifier = named.get("time"), named.get("uniqueQualifier")
    return f"id:{time}/{qualifier}" if type(time) is str and type(qualifier) in (str, int) else None


def _who(activity: Activity, parameters: Parameters, chrome: bool) -> tuple[str | None, str | None]:
    """Who did it. A Chromebook names its user in a parameter, and nobody in a guest's or a kiosk's session."""
    email = part(activity, "actor").get("email")
    actor = email if type(email) is str else None
    if not chrome:
        return forms.account(actor)
    reason = parameters.get("event_reason", "").upper()
    if "GUEST" in reason or "KIOSK" in reason:
        return None, None
    profile = _first(parameters, _PROFILE_USERS) if _is_browser(parameters) else None
    return forms.account(profile or _first(parameters, _DEVICE_USERS) or actor)


def _is_browser(parameters: Parameters) -> bool:
    """Whether a browser outside ChromeOS tells it."""
    return parameters.get("client_type", "").upper() == "CHROME_BROWSER"


def _name_target(event: Event, known: Meaning | None, parameters: Parameters, chrome: bool) -> None:
    """Whom it was done to. Where Google itself warns and names no actor, the account is the one concerned."""
    target = _first(parameters, _TARGETS) or (_first(parameters, _MEMBERS) if _of_a_user(parameters) else None)
    if known is not None and known.acts_on_actor:
        if event.account is None:
            event.account, event.account_domain = forms.account(target)
        if event.action == "account.disabled":
            target = target or _written(event)
        if event.action == "account.disabled" or target != _written(event):
            forms.name_target(event, target)
    elif not chrome and event.device is None:
        forms.name_target(event, target or (_other(event, parameters) if known is None else None))


def _other(event: Event, parameters: Parameters) -> str | None:
    """The one other person; a list is several, and a calendar's own address stands for a whole domain."""
    other = _first(parameters, _OTHERS) or ""
    of_many = "," in other or other.endswith(".calendar.google.com")
    return None if of_many or other == _written(event) else other


def _of_a_user(parameters: Parameters) -> bool:
    """Whether the member of a group that is told of is a user, as far as the event says: a group may be one, too."""
    return parameters.get("member_type", "user").lower() == "user"


def _written(event: Event) -> str | None:
    return f"{event.account}@{event.account_domain}" if event.account_domain else event.account


def _judge(event: Event, name: str, parameters: Parameters) -> None:
    if event.action == "web.requested":
        event.verdict = _VERDICTS.get(_result(parameters), "unknown")
    elif event.action == "challenge.presented":
        event.outcome = _CHALLENGES.get(
            parameters.get("login_challenge_status", "").lower().removesuffix("."), "unknown"
        )
    elif event.action == "security_policy.changed":
        event.reason = "disabled" if (event.reason or "").lower() in ("false", "off") else "enabled"
        event.app = "2-step verification"
    elif name.lower().startswith("suspicious"):
        event.reason = name.lower()
    elif parameters.get("status", "").lower() in ("failed", "failure") and event.action.startswith("group_member."):
        event.outcome = "failure"
    if event.action == "app.installed" and "UNINSTALL" in parameters.get("extension_action", "").upper():
        event.action = "app.removed"


def _result(parameters: Parameters) -> str:
    return parameters.get("event_result", "").upper().removeprefix("EVENT_RESULT_")


def _first(parameters: Parameters, names: tuple[str, ...]) -> str | None:
    return next((parameters[name] for name in names if name in parameters), None)

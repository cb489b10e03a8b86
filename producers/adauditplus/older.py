"""The older form of ADAudit Plus's records: `ADAuditPlus: [ EVENT_NUMBER = 4723 ] [ CALLER_USER_NAME = tbell ] …`.

ManageEngine, "How to integrate ADAudit Plus with SIEM solutions" (syslog key mappings).
"""

from model.event import Basis, Event
from producers import forms
from producers.adauditplus.meanings import ACTIONS, CHECKED, GROUPS, NOTHING, REFUSED
from producers.envelopes.fields import Fields, collect
from producers.plain_fields import fill_plainly
from producers.times import at_epoch

# A name that somebody typed may hold what ends a field: of a field that stands twice, nobody knows which is true.
_ONCE = ("USERNAME", "DOMAIN", "CALLER_USER_NAME", "CALLER_USER_DOMAIN", "ACCOUNT_NAME", "ACCOUNT_DOMAIN",
         "CLIENT_IP_ADDRESS", "CLIENT_HOST_NAME", "SOURCE", "TIME_GENERATED", "EVENT_NUMBER",
         "EVENT_TYPE_TEXT", "LOGON_ID")  # fmt: skip
_OF_THE_SYSTEM = NOTHING | {"SYSTEM", "NT AUTHORITY", "Unknown", "LOCAL"}


def is_older(message: str) -> bool:
    """Whether what stands behind the head is the older form."""
    return message.startswith("[ ") and " = " in message


def read_older(event: Event, message: str) -> None:
    """Fills an event with what the fields in brackets say."""
    fields = _fields(message.strip(" \t"))
    if not fields.sound(*_ONCE):
        return
    if at := at_epoch(fields.get("TIME_GENERATED") or ""):
        event.occurred_at, event.time_quality = at
    event.vendor_code = _said(fields, "EVENT_NUMBER")
    event.vendor_action = _said(fields, "REPORT_PROFILE") or _said(fields, "REMARKS")
    event.reporter = _said(fields, "SOURCE") or event.reporter
    event.address, host = forms.address(_said(fields, "CLIENT_IP_ADDRESS")), _said(fields, "CLIENT_HOST_NAME")
    event.device = None if forms.address(host) else host
    event.device_basis = "claimed" if event.device else None
    event.session_id = _said(fields, "LOGON_ID")
    word = (fields.get("EVENT_TYPE_TEXT") or "").lower()
    event.outcome = next((end for end in ("success", "failure") if word.startswith(end)), "unknown")
    _meant(event, fields)


def _fields(message: str) -> Fields:
    parts = [part.partition(" = ") for part in message.removeprefix("[ ").removesuffix("]").split(" ] [ ")]
    broken = not message.endswith("]") or not all(found for _, found, _ in parts)
    return collect([(name.strip(" "), value.strip(" ")) for name, _, value in parts], broken)


def _meant(event: Event, fields: Fields) -> None:
    """What was done, by whom and to whom. `USERNAME` is who was checked, `CALLER_USER_NAME` who did something."""
    action = ACTIONS.get(event.vendor_code or "")
    if action is None:
        who = _said(fields, "USERNAME") or _said(fields, "CALLER_USER_NAME")
        fill_plainly(event, {"username": who or ""})
        return
    event.action = action
    if event.vendor_code in REFUSED:
        event.outcome = "failure"
    if event.outcome == "failure":
        event.reason = _said(fields, "FAILURE_REASON") or _said(fields, "ERROR_CODE")
    if action in CHECKED:
        basis: Basis = "authenticated" if event.outcome == "success" else "claimed"
        forms.name_account(event, _said(fields, "USERNAME") or _said(fields, "USER_SAM_ACCOUNT_NAME"), basis)
        domain = _said(fields, "DOMAIN")
    else:
        forms.name_account(event, _said(fields, "CALLER_USER_NAME"), "observed")
        domain = _said(fields, "CALLER_USER_DOMAIN")
        if action not in GROUPS:
            forms.name_target(event, _said(fields, "ACCOUNT_NAME"), _said(fields, "ACCOUNT_DOMAIN"))
    if event.account and event.account_domain is None:
        event.account_domain = forms.realm(domain)


def _said(fields: Fields, key: str) -> str | None:
    return forms.known(fields.get(key), _OF_THE_SYSTEM)

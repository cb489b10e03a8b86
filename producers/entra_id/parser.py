"""Microsoft Entra ID: one sign-in or one audited change in, one event out; from Azure Monitor or from Graph.

https://learn.microsoft.com/en-us/graph/api/resources/signin and .../directoryaudit
"""

import re

from model.event import Basis, Event
from producers import forms
from producers.entra_id.audit import audit
from producers.entra_id.meanings import CHALLENGES, INTERRUPTS, OF_APPS, SIGN_INS, USER_REFRESHES
from producers.envelopes.azure import AzureRecord, at_azure, read_azure
from producers.json_record import Document, origin, part, plain_texts, text, understand
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal

TITLE = "Microsoft Entra ID"
# trustType of a computer of the district's own Active Directory, without blanks: only who may write there renames it.
_OF_THE_DOMAIN = re.compile("serverad|hybrid(?:azuread|microsoftentra)?joined")
_HIDDEN = frozenset({"{PII Removed}"})


def parse(record: bytes, context: Context) -> Parsed:
    """One record as its event, or a refusal."""
    return understand(record, TITLE, _read, lambda: _event({}, {}))


def _read(document: Document) -> Parsed:
    told = read_azure(document)
    kinds = _kinds(told)
    event = _event(told.head, told.body)
    if not SIGN_INS.isdisjoint(kinds):
        _sign_in(event, told, kinds)
    elif not audit(event, told.body):
        if event.vendor_action is None and event.occurred_at is None:
            return Refusal(f"not one record of {TITLE}: no sign-in, no audited activity, no time")
        _fill(event, told)
    return [event]


def _event(head: Document, body: Document) -> Event:
    """What every record says, whatever it is of."""
    written = (body.get(name) for name in ("createdDateTime", "activityDateTime", "TimeGenerated", "CreationTime"))
    at, quality = at_azure(*written, head.get("time")) or (None, "received")
    return Event(
        product="entra_id",
        category="auth",
        action="record.unrecognised",
        occurred_at=at,
        time_quality=quality,
        vendor_action=text(head, "operationName") or text(body, "activityDisplayName", "OperationName", "Operation"),
        origin=origin(body.get("id")),
    )


def _kinds(told: AzureRecord) -> set[str]:
    """What log a record is of: the head's category, else Graph's event types, else the fields of a sign-in."""
    if written := text(told.head, "category"):
        return {written.lower().removeprefix("aad")}
    types = told.body.get("signInEventTypes")
    if type(types) is list and types:
        return {kind.lower() for kind in types[:9] if type(kind) is str}
    return {"signinlogs"} if "createdDateTime" in told.body and "status" in told.body else set()


def _sign_in(event: Event, told: AzureRecord, kinds: set[str]) -> None:
    """A sign-in by a person is `account.authenticated`; a client that renews its token is nobody signing in."""
    head, body = told.head, told.body
    status = part(body, "status")
    code = text(status, "errorCode") or text(head, "resultType")
    event.outcome = _outcome(code)
    event.vendor_code = code
    if event.outcome != "success":
        event.reason = text(status, "failureReason") or text(head, "resultDescription")
    event.address = forms.address(text(body, "ipAddress")) or forms.address(text(head, "callerIpAddress"))
    event.app = text(body, "appDisplayName") or text(body, "servicePrincipalName")
    event.user_agent = text(body, "userAgent")
    event.session_id = text(body, "sessionId")
    protocol = text(body, "authenticationProtocol")
    event.protocol = None if protocol == "none" else protocol
    refresh = _refreshes(body, kinds)
    event.action = "ticket.requested" if refresh else "account.authenticated"
    if not refresh and code in CHALLENGES:
        event.action = "challenge.presented"
    if OF_APPS.isdisjoint(kinds):
        _who(event, body, refresh)
    _on_what(event, part(body, "deviceDetail"))


def _refreshes(body: Document, kinds: set[str]) -> bool:
    return kinds <= USER_REFRESHES or not OF_APPS.isdisjoint(kinds) or str(body.get("isInteractive")).lower() == "false"


def _outcome(code: str | None) -> str:
    if code is None or code in CHALLENGES or code in INTERRUPTS:
        return "unknown"
    return "success" if code == "0" else "failure"


def _who(event: Event, body: Document, refresh: bool) -> None:
    """A name that Entra has checked; in a sign-in that it refused or has not finished, it is what somebody typed."""
    written = forms.known(text(body, "userPrincipalName"), _HIDDEN)
    checked: Basis = "observed" if refresh else "authenticated"
    forms.name_account(event, written, checked if event.outcome == "success" else "claimed")


def _on_what(event: Event, detail: Document) -> None:
    """The name is the one that the device last gave itself, which whoever administers it may choose.

    Only that of a computer of the district's own domain is the name of its account there.
    """
    event.device = text(detail, "displayName")
    if event.device is not None:
        trust = (text(detail, "trustType") or "").lower().replace(" ", "")
        proved = text(detail, "deviceId") and _OF_THE_DOMAIN.fullmatch(trust) and event.outcome == "success"
        event.device_basis = "observed" if proved else "claimed"


def _fill(event: Event, told: AzureRecord) -> None:
    """What a record we do not know plainly says; an object's id is no name, and a correlation is no session."""
    values = plain_texts(told.body, told.head)
    unfit = ("userid", "correlationid") if "userPrincipalName" in values else ("correlationid",)
    acted = event.account
    fill_plainly(
        event, {name: value for name, value in values.items() if name.lower() not in unfit and value not in _HIDDEN}
    )
    if acted is None and event.account is not None and event.outcome == "failure":
        event.account_basis = "claimed"

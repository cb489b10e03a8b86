"""AD FS's audits in the Security log: what a farm granted or refused, as XML in the event's second field or its text.

Microsoft Learn, "AD FS Troubleshooting: Auditing events and logging" (1200 to 1203), and "Configure AD FS Extranet
Smart Lockout Protection" (1210).
Its serializer escapes what a client wrote, so an element that stands twice was written by nobody we know.
"""

from collections.abc import Mapping
from typing import NamedTuple, NoReturn
from xml.parsers.expat import ExpatError, ParserCreate

from model.actions import Action
from model.event import Basis, Event
from producers import forms
from producers.windows_security.entry import Entry, text
from producers.windows_security.places import remote_address

PROVIDER = "AD FS Auditing"
_LONGEST = 32_768  # characters
_DEEPEST = 8
_BEGIN, _END = "<AuditBase", "</AuditBase>"
_WANTED = frozenset(
    {"AuditResult", "ErrorCode", "RelyingParty", "UserId", "IpAddress", "UserAgentString", "AuthProtocol"}
)
_NOTHING = forms.MISSING | {"N/A"}


class Audit(NamedTuple):
    """What an id of AD FS means."""

    action: Action
    title: str
    outcome: str
    basis: Basis


AUDITS: Mapping[int, Audit] = {
    1200: Audit("ticket.requested", "The Federation Service issued a valid token", "success", "observed"),
    1201: Audit("ticket.requested", "The Federation Service failed to issue a valid token", "failure", "claimed"),
    1202: Audit(
        "account.authenticated", "The Federation Service validated a new credential", "success", "authenticated"
    ),
    1203: Audit(
        "account.authenticated", "The Federation Service failed to validate a new credential", "failure", "claimed"
    ),
    1210: Audit("account.authenticated", "An extranet lockout event has occurred", "failure", "claimed"),
}


class _Unclear(ValueError):
    """An audit that cannot be believed."""


def audit_of(entry: Entry) -> Audit | None:
    """What the entry means, if AD FS wrote it into the Security log."""
    ours = entry.provider == PROVIDER and entry.channel in (None, "Security") and not entry.unclear
    return AUDITS.get(entry.code) if ours else None


def fill_audit(event: Event, entry: Entry, audit: Audit) -> None:
    """Fills `event` in; an audit that says its result in another way than its id, or anything twice, names nobody."""
    event.vendor_action, event.outcome = audit.title, audit.outcome
    said = _said(_xml_of(entry))
    if said.get("AuditResult", "").lower() != audit.outcome:
        return
    event.app, event.protocol = said.get("RelyingParty"), said.get("AuthProtocol")
    event.user_agent = said.get("UserAgentString")
    event.address = remote_address(said.get("IpAddress"))
    event.reason = said.get("ErrorCode") if audit.outcome == "failure" else None
    forms.name_account(event, said.get("UserId"), audit.basis)


def _xml_of(entry: Entry) -> str:
    """The audit, as it stands in the second field, or in the text that Windows renders."""
    for name in ("param2", "Message"):
        written = text(entry.data, name) or ""
        begin, end = written.find(_BEGIN), written.rfind(_END)
        if 0 <= begin < end and end - begin <= _LONGEST:
            return written[begin : end + len(_END)]
    return ""


def _said(xml: str) -> dict[str, str]:
    """The wanted elements by name; empty where one stands twice or it is no XML."""
    found: dict[str, str] = {}
    path: list[str] = []
    words: list[str] = []

    def start(name: str, _: object) -> None:
        path.append(name)
        words.clear()
        if len(path) > _DEEPEST or (name in _WANTED and name in found):
            raise _Unclear(name)

    def end(name: str) -> None:
        if name in _WANTED and (value := forms.known("".join(words), _NOTHING)):
            found[name] = value
        words.clear()
        path.pop()

    def refuse(*_: object) -> NoReturn:
        raise _Unclear("a document type")

    parser = ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = words.append, refuse
    try:
        parser.Parse(xml.encode(), True)
    except (ExpatError, _Unclear, UnicodeEncodeError):
        return {}
    return found

"""`CEF:0|ManageEngine|ADAuditPlus|1|EventLog|LogonReports|1|cat=... cs1=... suser=... cn1=4771 ...`.

ManageEngine, "ADAudit Plus: SIEM integration". Its CEF keys: cs1 report, cs2 client's address, shost client, cs3 domain
controller, cn1 Windows's event id, cn2 record number, sntdom domain.
"""

from model.event import Basis, Event
from producers import forms
from producers.adauditplus.meanings import ACTIONS, CHECKED, GROUPS, NOTHING, OF_USERS, REFUSED
from producers.adauditplus.older import is_older, read_older
from producers.envelopes.cef import read_cef
from producers.envelopes.fields import Fields
from producers.plain_fields import fill_plainly
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, event_of, open_head
from producers.times import at_epoch

_LONGEST = 65_536
_START = "0|ManageEngine|ADAuditPlus|"
_PROGRAM = "ADAuditPlus"
_ONCE = ("suser", "duser", "sntdom", "cs1", "cs2", "cs3", "shost", "rt", "cn1", "cat", "outcome")


def parse(record: bytes, context: Context) -> Parsed:
    """One record as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff") if len(record) <= _LONGEST else ""
    head = _head(text, context)
    if head and head.tag == _PROGRAM:
        return _older(head, record)
    cef = read_cef(head.message) if head else None
    if head is None or cef is None or (cef.vendor, cef.product) != ("ManageEngine", "ADAuditPlus"):
        return Refusal("no record of ADAudit Plus: expected `CEF:0|ManageEngine|ADAuditPlus|…` or `ADAuditPlus: [ …`")
    event = event_of(head, "adauditplus", "auth", "record.unrecognised")
    fields = cef.extension
    if fields.sound(*_ONCE) and not forms.is_cut(record):
        _read(event, fields)
    return [event]


def _older(head: Head, record: bytes) -> Parsed:
    if not is_older(head.message):
        return Refusal("no record of ADAudit Plus: its name, but no `[ FIELD = value ]`")
    event = event_of(head, "adauditplus", "auth", "record.unrecognised")
    if not forms.is_cut(record):
        read_older(event, head.message)
    return [event]


def _head(text: str, context: Context) -> Head | None:
    """The head, and the record with the `CEF:` that a relay took for the name of a program."""
    if text.startswith(("CEF:", _START)):
        return Head(text if text.startswith("CEF:") else f"CEF:{text}")
    head = open_head(text, context)
    if head is None or head.tag not in (None, "CEF", _PROGRAM):
        return None
    if head.message.startswith(_START):
        head.message = f"CEF:{head.message}"
    return head


def _read(event: Event, fields: Fields) -> None:
    if (stamp := fields.get("rt")) and (at := at_epoch(stamp)):
        event.occurred_at, event.time_quality = at
    event.vendor_code, event.vendor_action = _said(fields, "cn1"), _said(fields, "cs1")
    alert = fields.get("cat") == "ADAPAlerts"  # whose cs3 is the analysis that gave it
    event.reporter = (None if alert else _said(fields, "cs3")) or event.reporter
    event.outcome = {"success": "success", "failure": "failure"}.get((fields.get("outcome") or "").lower(), "unknown")
    event.address, event.device = forms.address(fields.get("cs2", "shost")), _host(fields)
    event.device_basis = "claimed" if event.device else None
    action = None if alert else ACTIONS.get(event.vendor_code or "")
    if action is None:
        fill_plainly(event, {"suser": _said(fields, "suser") or ""})
        if fields.get("cat") in OF_USERS:
            forms.name_target(event, _said(fields, "duser"), _said(fields, "sntdom"))
        return
    event.action = action
    if event.vendor_code in REFUSED:
        event.outcome = "failure"
    event.reason = _said(fields, "reason") if event.outcome == "failure" else None
    _names(event, fields)


def _host(fields: Fields) -> str | None:
    host = _said(fields, "shost")
    return None if forms.address(host) else host


def _said(fields: Fields, key: str) -> str | None:
    return forms.known(fields.get(key), NOTHING)


def _names(event: Event, fields: Fields) -> None:
    """suser did it, or is who was checked; sntdom is the domain of both."""
    basis: Basis = "observed"
    if event.action in CHECKED:
        basis = "authenticated" if event.outcome == "success" else "claimed"
    forms.name_account(event, _said(fields, "suser"), basis)
    if event.account and event.account_domain is None:
        event.account_domain = forms.realm(_said(fields, "sntdom"))
    if event.action not in CHECKED | GROUPS:
        forms.name_target(event, _said(fields, "duser"), _said(fields, "sntdom"))

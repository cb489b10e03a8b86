"""Whom a Windows event names, in which domain, and how the computer that logged it came by that name."""

import re

from model.event import Basis, Event
from producers import forms
from producers.windows_security.entry import Entry, text
from producers.windows_security.meanings import Meaning

_MEMBER = re.compile(r"(?i)cn=((?:[^,\\]|\\.)+)")
# Domains of a machine's own: its services, its unjoined self, and the owner's private Microsoft account.
_OWN = frozenset(
    {"nt authority", "nt service", "window manager", "font driver host", "iis apppool", "nt virtual machine", "builtin",
     "workgroup", "microsoftaccount"}
)  # fmt: skip
_NETBIOS = 15  # characters of a computer's name that Windows uses as the domain of its local accounts
_FROM_MEMORY = frozenset({"9", "11", "12", "13"})  # logon types without asking a domain controller: see `_basis`
_NPS = frozenset({6272, 6273})
_TICKETS = frozenset({4768, 4769, 4770})


def name_people(event: Event, entry: Entry, known: Meaning) -> None:
    """Fill in account, its domain and basis, and the account acted upon."""
    data = entry.data
    if entry.code in _NPS:
        _let_in(event, entry)
    else:
        name = text(data, known.actor) or text(data, f"LogFileCleared.{known.actor}") or text(data, known.or_actor)
        event.account, domain = forms.account(name)
        event.account_domain = domain or forms.realm(text(data, known.actor_domain))
        event.account_basis = _basis(event, entry, known)
    if known.target == "MemberName":
        event.target_account, event.app = _member(entry), text(data, "TargetUserName")
    elif known.target:
        event.target_account = _target(text(data, known.target))


def _basis(event: Event, entry: Entry, known: Meaning) -> Basis | None:
    """A verdict is one only where it was a yes, of a domain; a session is observed; a machine's own account claimed.

    Types 11 to 13 are checked against what the machine remembers of an earlier verdict, type 9 against nothing.
    """
    if event.account is None:
        return None
    if known.basis == "authenticated" and event.outcome != "success":
        return "claimed"
    if entry.code not in _TICKETS and _is_local(event, entry, known):
        return "claimed"
    remembered = known.basis == "authenticated" and text(entry.data, "LogonType") in _FROM_MEMORY
    return "observed" if remembered else known.basis


def _is_local(event: Event, entry: Entry, known: Meaning) -> bool:
    """Whether only this machine vouches for the account, or nothing in the record says that it is not so."""
    computer = _short(entry.computer)
    if not computer:
        return True
    if not known.actor_domain:  # 4776 tells no domain, only from where the question came
        return _short(text(entry.data, "Workstation")) in ("", computer)
    written = forms.realm(text(entry.data, known.actor_domain))
    domains = {domain for domain in (written, event.account_domain) if domain}
    return not domains or not domains.isdisjoint({computer, computer[:_NETBIOS], *_OWN})


def _short(name: str | None) -> str:
    return (forms.realm(name) or "").lstrip("\\").partition(".")[0]


def _let_in(event: Event, entry: Entry) -> None:
    """NPS: `SubjectUserName` is what the client sent (User-Name), the fully qualified name is whom the check was of."""
    checked = text(entry.data, "FullyQualifiedSubjectUserName")
    sent = text(entry.data, "SubjectUserName")
    if event.outcome == "success" and checked and "/" not in checked:  # with slashes it is a path in the directory
        event.account, event.account_domain = forms.account(checked)
        event.account_basis = "authenticated" if event.account and event.account_domain else None
    else:
        event.account, event.account_domain = forms.account(sent or checked)
    event.account_domain = event.account_domain or forms.realm(text(entry.data, "SubjectDomainName"))
    if event.account and event.account_basis is None:
        event.account_basis = "claimed"


def _target(name: str | None) -> str | None:
    """An account acted upon; a service is `name/REALM`, the other way round than `DOMAIN/user`."""
    if name and name.lower().startswith("krbtgt/"):
        return "krbtgt"
    return forms.account(name)[0]


def _member(entry: Entry) -> str | None:
    """Who was put into a group: the name in the DN, else (local groups write `-`) the SID."""
    written = text(entry.data, "MemberName")
    if written is None:
        return forms.account(text(entry.data, "MemberSid"))[0]
    match = _MEMBER.match(written)
    return forms.account(re.sub(r"\\(.)", r"\1", match[1]))[0] if match else forms.account(written)[0]

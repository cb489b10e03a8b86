"""Whom a Windows event names, in which domain, and how the computer that logged it came by that name."""

from functools import lru_cache

from model.event import Basis, Event
from producers import forms
from producers.windows_security.directory import common_name
from producers.windows_security.entry import Entry, text
from producers.windows_security.meanings import Meaning

# Domains of a machine's own: its services, its unjoined self, and the owner's private Microsoft account.
_OWN = frozenset(
    {"nt authority", "nt service", "window manager", "font driver host", "iis apppool", "nt virtual machine", "builtin",
     "workgroup", "microsoftaccount"}
)  # fmt: skip
_NETBIOS = 15  # characters of a computer's name that Windows uses as the domain of its local accounts
_FROM_MEMORY = frozenset(
    {"9", "11", "12", "13", 9, 11, 12, 13}
)  # logon types without asking a domain controller: see `_basis`
# Fields that name an account, and its domain, in every id that has them.
_PLAINLY = (
    ("SubjectUserName", "SubjectDomainName"),
    ("TargetUserName", "TargetDomainName"),
    ("AccountName", "AccountDomain"),
    ("Requester", ""),  # of a certificate
)
_NPS = frozenset({6272, 6273, 6274, 6278})
# Made, changed and deleted groups, of both kinds: there TargetUserName is the group.
_GROUPS = frozenset(
    {4727, 4730, 4731, 4734, 4735, 4737, 4744, 4745, 4748, 4749, 4750, 4753, 4754, 4755, 4758, 4759, 4760, 4763, 4764}
)
_TICKETS = frozenset({4768, 4769, 4770})


def name_people(event: Event, entry: Entry, known: Meaning) -> None:
    """Fill in account, its domain and basis, and the account acted upon."""
    data = entry.data
    if entry.code in _NPS:
        _let_in(event, entry)
    else:
        name = text(data, known.actor) or text(data, f"LogFileCleared.{known.actor}") or text(data, known.or_actor)
        written = text(data, known.actor_domain)
        event.account, domain = forms.account(name)
        event.account_domain = domain or forms.realm(written)
        event.account_basis = _basis(event, entry, known, written)
    if known.target == "MemberName":
        event.app = text(data, "TargetUserName")
        forms.name_target(event, _member(entry))
    elif known.target:
        _name_target(event, text(data, known.target), text(data, known.target_domain))


def name_plainly(event: Event, entry: Entry) -> None:
    """Whom a record without a meaning here names first: who did it, else whom it is about. It chooses nobody."""
    data = entry.data
    if text(data, "SubjectUserName") is not None:
        _plain_target(event, entry)
    for name, domain in _PLAINLY:
        written = text(data, name)
        if written is not None:
            forms.name_account(event, written, "claimed")
            if event.account and event.account_domain is None:
                event.account_domain = forms.realm(text(data, domain))
            return
    ran_as, realm = entry.user
    if ran_as is not None:
        forms.name_account(event, ran_as, "claimed")
        event.account_domain = event.account_domain or (forms.realm(realm) if event.account else None)


def _plain_target(event: Event, entry: Entry) -> None:
    """The account acted upon; of groups the member, and the group's own name as `app`."""
    data, name = entry.data, text(entry.data, "TargetUserName")
    if "MemberName" in data or "MemberSid" in data:
        event.app = name
        forms.name_target(event, _member(entry))
    elif entry.code in _GROUPS:
        event.app = name
    elif name is not None:
        _name_target(event, name, text(data, "TargetDomainName"))


def _basis(event: Event, entry: Entry, known: Meaning, written: str | None) -> Basis | None:
    """A verdict is one only where it was a yes, of a domain; a session is observed; a machine's own account claimed.

    Types 11 to 13 are checked against what the machine remembers of an earlier verdict, type 9 against nothing.
    `written` is the domain in the record's own field for it.
    """
    if event.account is None:
        return None
    verdict = known.basis == "authenticated"
    if verdict and event.outcome != "success":
        return "claimed"
    if entry.code not in _TICKETS:
        if not known.actor_domain:  # 4776 tells no domain, only from where the question came
            local = _asked_itself(entry)
        else:
            local = _is_local(entry.computer, written, event.account_domain)
        if local:
            return "claimed"
    return "observed" if verdict and entry.data.get("LogonType") in _FROM_MEMORY else known.basis


def _asked_itself(entry: Entry) -> bool:
    return _short(text(entry.data, "Workstation")) in ("", _short(entry.computer))


def _is_local(computer: str | None, written: str | None, told: str | None) -> bool:
    """Whether only this machine vouches for the account, or nothing in the record says that it is not so."""
    if len(computer or "") + len(written or "") + len(told or "") > forms.LONGEST_CACHED:
        return True  # no name of Windows is as long
    return _compared(computer, written, told)


@lru_cache(maxsize=65536)
def _compared(computer: str | None, written: str | None, told: str | None) -> bool:
    name = _short(computer)
    domains = {domain for domain in (forms.realm(written), told) if domain}
    return not name or not domains or not domains.isdisjoint({name, name[:_NETBIOS], *_OWN})


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


def _name_target(event: Event, name: str | None, domain: str | None) -> None:
    """An account acted upon; a service is `name/REALM`, the other way round than `DOMAIN/user`."""
    service, slash, realm = (name or "").partition("/")
    if slash and service.lower() == "krbtgt":
        name, domain = service, realm
    forms.name_target(event, name, domain)


def _member(entry: Entry) -> str | None:
    """Who was put into a group: the name in the DN, else (local groups write `-`) the SID."""
    written = text(entry.data, "MemberName")
    return text(entry.data, "MemberSid") if written is None else common_name(written) or written

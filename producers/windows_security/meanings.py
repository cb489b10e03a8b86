"""What each Windows event id means: whom it names, where it happened, and which of its fields says so."""

from typing import NamedTuple

from model.actions import Action
from model.event import Basis, Category


class Meaning(NamedTuple):
    """How one event id is read; `actor`, `target` and `session` are names of fields of its EventData."""

    action: Action
    title: str  # Windows's own words for it
    actor: str = "SubjectUserName"
    actor_domain: str = "SubjectDomainName"
    target: str | None = None
    place: str = ""  # what is the client: see places.py
    session: str | None = None
    outcome: str | None = None  # where the id alone tells it
    category: Category = "auth"
    or_actor: str = ""  # the field that names whoever did it where `actor` is missing
    target_domain: str = ""
    basis: Basis = "observed"  # of the account: a verdict on it counts only where it says yes; see names.py


def _session(action: Action, title: str, place: str = "logon") -> Meaning:
    return Meaning(action, title, "TargetUserName", "TargetDomainName", None, place, "TargetLogonId")


def _logon(title: str, outcome: str) -> Meaning:
    return _session("account.logged_on", title)._replace(outcome=outcome, basis="authenticated")


def _managed(action: Action, title: str) -> Meaning:
    return Meaning(action, title, target="TargetUserName", target_domain="TargetDomainName", session="SubjectLogonId")


def _member(action: Action, title: str) -> Meaning:
    return Meaning(action, title, target="MemberName", session="SubjectLogonId")


def _ticket(title: str, outcome: str | None = None) -> Meaning:
    return Meaning(
        "ticket.requested", title, "TargetUserName", "TargetDomainName", "ServiceName",
        outcome=outcome, basis="authenticated",
    )  # fmt: skip


def _radius(title: str, outcome: str) -> Meaning:
    return Meaning(
        "account.authenticated", title, place="radius", session="AccountSessionIdentifier",
        outcome=outcome, basis="authenticated",
    )  # fmt: skip


def _terminal(action: Action, title: str) -> Meaning:
    return Meaning(action, title, "AccountName", "AccountDomain", None, "terminal", "LogonID")


def _machine(action: Action, title: str) -> Meaning:
    """Of the computer itself: nobody did it, and no session goes on after it."""
    return Meaning(action, title, place="here", category="device")


def _bitlocker(title: str) -> Meaning:
    return Meaning("device.changed", title, place="here", category="device", or_actor="UserName")


# https://learn.microsoft.com/windows/security/threat-protection/auditing: one page per id.
SECURITY: dict[int, Meaning] = {
    1100: _machine("device.stopped", "The event logging service has shut down"),
    4608: _machine("device.started", "Windows is starting up"),
    4609: _machine("device.stopped", "Windows is shutting down"),
    4624: _logon("An account was successfully logged on", "success"),
    4625: _logon("An account failed to log on", "failure"),
    4634: _session("account.logged_off", "An account was logged off"),
    4647: _session("account.logged_off", "User initiated logoff", place="here"),
    4648: Meaning(
        "credential.used", "A logon was attempted using explicit credentials",
        target="TargetUserName", target_domain="TargetDomainName", place="here", session="SubjectLogonId",
    ),
    4672: Meaning(
        "privilege.assigned", "Special privileges assigned to new logon", session="SubjectLogonId"
    ),
    4719: Meaning("audit_policy.changed", "System audit policy was changed", place="here", session="SubjectLogonId"),
    4720: _managed("account.created", "A user account was created"),
    4722: _managed("account.enabled", "A user account was enabled"),
    4723: _managed("password.changed", "An attempt was made to change an account's password"),
    4724: _managed("password.reset", "An attempt was made to reset an account's password"),
    4725: _managed("account.disabled", "A user account was disabled"),
    4726: _managed("account.deleted", "A user account was deleted"),
    4728: _member("group_member.added", "A member was added to a security-enabled global group"),
    4729: _member("group_member.removed", "A member was removed from a security-enabled global group"),
    4732: _member("group_member.added", "A member was added to a security-enabled local group"),
    4733: _member("group_member.removed", "A member was removed from a security-enabled local group"),
    4738: _managed("account.changed", "A user account was changed"),
    4739: Meaning("security_policy.changed", "Domain Policy was changed", session="SubjectLogonId"),
    4740: Meaning("account.locked", "A user account was locked out", target="TargetUserName", place="caller"),
    4742: _managed("account.changed", "A computer account was changed"),
    4756: _member("group_member.added", "A member was added to a security-enabled universal group"),
    4757: _member("group_member.removed", "A member was removed from a security-enabled universal group"),
    4767: _managed("account.unlocked", "A user account was unlocked"),
    4768: _ticket("A Kerberos authentication ticket (TGT) was requested"),
    4769: _ticket("A Kerberos service ticket was requested"),
    4770: _ticket("A Kerberos service ticket was renewed", "success"),
    4771: _ticket("Kerberos pre-authentication failed", "failure"),
    4776: Meaning(
        "account.authenticated", "The computer attempted to validate the credentials for an account",
        "TargetUserName", "", place="workstation", basis="authenticated",
    ),
    4778: _terminal("session.reconnected", "A session was reconnected to a Window Station"),
    4779: _terminal("session.disconnected", "A session was disconnected from a Window Station"),
    4800: _session("session.locked", "The workstation was locked", place="here"),
    4801: _session("session.unlocked", "The workstation was unlocked", place="here"),
    4802: _session("screen_saver.started", "The screen saver was invoked", place="here"),
    4803: _session("screen_saver.dismissed", "The screen saver was dismissed", place="here"),
    6272: _radius("Network Policy Server granted access to a user", "success"),
    6273: _radius("Network Policy Server denied access to a user", "failure"),
    6274: _radius("Network Policy Server discarded the request for a user", "failure"),
    6278: _radius("Network Policy Server granted full access to a user", "success"),
    6416: Meaning(
        "peripheral.attached", "A new external device was recognized by the system",
        place="here", session="SubjectLogonId", category="device",
    ),
    1102: Meaning(
        "log.cleared", "The audit log was cleared", place="here", session="SubjectLogonId", category="device"
    ),
}  # fmt: skip

# The channel "Microsoft-Windows-BitLocker/BitLocker Management": changes of a volume's protection.
BITLOCKER: dict[int, Meaning] = {
    768: _bitlocker("BitLocker encryption was started for a volume"),
    775: _bitlocker("A BitLocker key protector was created"),
    796: _bitlocker("BitLocker protection was suspended"),
}  # fmt: skip

# The channel System: by who wrote it, because each program numbers its events itself. 1074 (User32) is not
# among them: whoever sits there may ask for a shutdown and call it off.
SYSTEM: dict[str, dict[int, Meaning]] = {
    "EventLog": {
        6005: _machine("device.started", "The Event log service was started"),
        6006: _machine("device.stopped", "The Event log service was stopped"),
        6008: _machine("device.started", "The previous system shutdown was unexpected"),
    },
    "Microsoft-Windows-Kernel-General": {
        12: _machine("device.started", "The operating system started"),
        13: _machine("device.stopped", "The operating system is shutting down"),
    },
}

# Who writes those ids into the Security log; other programs may write there too, with ids of their own.
_AUDITORS = frozenset({None, "Microsoft-Windows-Security-Auditing", "Microsoft-Windows-Eventlog"})


def meaning(code: int, channel: str | None, provider: str | None) -> Meaning | None:
    """What this id of this provider means in this channel; None if we do not know.

    A record without a channel is taken for Security, one without a provider for Windows's own.
    """
    if channel is None or channel == "Security":
        return SECURITY.get(code) if is_audited(channel, provider) else None
    if channel == "System":
        return SYSTEM.get(provider or "", {}).get(code)
    return BITLOCKER.get(code) if channel.startswith("Microsoft-Windows-BitLocker") else None


def is_audited(channel: str | None, provider: str | None) -> bool:
    """Whether Windows's own auditor wrote it into the Security log."""
    return channel in (None, "Security") and provider in _AUDITORS

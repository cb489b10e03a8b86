"""What Windows calls what happens: event ids and their first sentences, and what a domain controller's events hold."""

from simulator.happenings import Managed, Ticket
from simulator.writers.windows_logon import sid

EVENT_IDS = {
    "logged_on": 4624,
    "failed": 4625,
    "ended": 4634,
    "logged_off": 4647,
    "explicit": 4648,
    "locked": 4800,
    "unlocked": 4801,
    "saver_on": 4802,
    "saver_off": 4803,
    "reconnected": 4778,
    "disconnected": 4779,
    "special": 4672,
    "started": 4608,
}
TICKET_IDS = {"ticket": 4768, "service_ticket": 4769, "pre_auth_failed": 4771, "validated": 4776, "locked_out": 4740}
MANAGED_IDS = {"created": 4720, "enabled": 4722, "disabled": 4725}
FAILURES = frozenset({"failed", "pre_auth_failed"})
SUCCESS_BITS, FAILURE_BITS = "0x8020000000000000", "0x8010000000000000"
SAYS = {
    4624: "An account was successfully logged on.",
    4625: "An account failed to log on.",
    4634: "An account was logged off.",
    4647: "User initiated logoff:",
    4648: "A logon was attempted using explicit credentials.",
    4800: "The workstation was locked.",
    4801: "The workstation was unlocked.",
    4802: "The screen saver was invoked.",
    4803: "The screen saver was dismissed.",
    4778: "A session was reconnected to a Window Station.",
    4779: "A session was disconnected from a Window Station.",
    4672: "Special privileges assigned to new logon.",
    4608: "Windows is starting up.",
}
Pairs = dict[str, str]


def ticket_data(ticket: Ticket, domain: str) -> Pairs:
    """EventData of an event at the domain controller."""
    source = {"IpAddress": f"::ffff:{ticket.address}", "IpPort": str(49_152 + ticket.at // 1000 % 16_000)}
    name, realm = ticket.account, domain.upper()
    if ticket.what == "ticket":
        return {
            "TargetUserName": name,
            "TargetDomainName": realm,
            "TargetSid": sid(name),
            "ServiceName": "krbtgt",
            "Status": "0x0",
            "TicketEncryptionType": "0x12",
            "PreAuthType": "2",
        } | source
    if ticket.what == "service_ticket":
        return {
            "TargetUserName": f"{name}@{realm}",
            "TargetDomainName": realm,
            "ServiceName": "FILES1$",
            "Status": "0x0",
            "TicketEncryptionType": "0x12",
        } | source
    if ticket.what == "pre_auth_failed":
        return {
            "TargetUserName": name,
            "TargetSid": sid(name),
            "ServiceName": f"krbtgt/{realm}",
            "Status": "0x18",
            "PreAuthType": "2",
        } | source
    if ticket.what == "validated":
        return {
            "PackageName": "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0",
            "TargetUserName": name,
            "Workstation": ticket.computer.upper(),
            "Status": "0x0",
        }
    return _locked_out(ticket)


def managed_data(managed: Managed, netbios: str) -> Pairs:
    """EventData of user account management: the account acted upon, and who acted."""
    return {
        "TargetUserName": managed.account,
        "TargetDomainName": netbios,
        "TargetSid": sid(managed.account),
        "SubjectUserSid": sid(managed.by),
        "SubjectUserName": managed.by,
        "SubjectDomainName": netbios,
        "SubjectLogonId": f"0x{0x5_0000 + managed.at // 1000 % 0xF_0000:x}",
    }


def _locked_out(ticket: Ticket) -> Pairs:
    """4740 names the calling computer where others name the domain."""
    return {
        "TargetUserName": ticket.account,
        "TargetDomainName": ticket.computer.upper(),
        "TargetSid": sid(ticket.account),
        "SubjectUserSid": "S-1-5-18",
        "SubjectUserName": "DC1$",
        "SubjectDomainName": "DISTRICT",
        "SubjectLogonId": "0x3e7",
    }

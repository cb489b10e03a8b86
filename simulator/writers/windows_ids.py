"""What Windows calls the things people do at a computer: event ids, and the names and values inside the events."""

from simulator.happenings import Desk, Ticket

EVENT_IDS = {
    "logged_on": 4624,
    "failed": 4625,
    "logged_off": 4647,
    "locked": 4800,
    "unlocked": 4801,
    "reconnected": 4778,
    "disconnected": 4779,
    "special": 4672,
    "plugged": 6416,
}
TICKET_IDS = {"ticket": 4768, "service_ticket": 4769, "pre_auth_failed": 4771, "validated": 4776, "locked_out": 4740}
FAILURES = frozenset({"failed", "pre_auth_failed"})
SUCCESS_BITS, FAILURE_BITS = "0x8020000000000000", "0x8010000000000000"
SAYS = {
    4624: "An account was successfully logged on.",
    4625: "An account failed to log on.",
    4647: "User initiated logoff:",
    4800: "The workstation was locked.",
    4801: "The workstation was unlocked.",
    4778: "A session was reconnected to a Window Station.",
    4779: "A session was disconnected from a Window Station.",
    4672: "Special privileges assigned to new logon.",
    6416: "A new external device was recognized by the system.",
}
Pairs = dict[str, str]


def desk_data(desk: Desk, netbios: str) -> Pairs:
    """EventData of an event at a computer (learn.microsoft.com, event-4624 and its neighbours)."""
    logon_id = f"0x{desk.at // 1000 % 0xFFFFFF:x}"
    target = {
        "TargetUserSid": sid(desk.account),
        "TargetUserName": desk.account,
        "TargetDomainName": netbios,
        "TargetLogonId": logon_id,
    }
    if desk.what in ("logged_on", "failed"):
        return _subject(desk, netbios) | target | _logon(desk)
    if desk.what in ("reconnected", "disconnected"):
        return {
            "AccountName": desk.account,
            "AccountDomain": netbios,
            "LogonID": logon_id,
            "SessionName": "RDP-Tcp#3",
            "ClientName": "Unknown",
            "ClientAddress": desk.address,
        }
    if desk.what in ("locked", "unlocked"):
        return target | {"SessionId": "1"}
    return target


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


def sid(account: str) -> str:
    """An invented security identifier, the same for the same account."""
    return f"S-1-5-21-1004336348-1177238915-682003330-{1000 + sum(account.encode()) * 7 % 60_000}"


def _subject(desk: Desk, netbios: str) -> Pairs:
    return {
        "SubjectUserSid": "S-1-5-18",
        "SubjectUserName": f"{desk.computer.upper()}$",
        "SubjectDomainName": netbios,
        "SubjectLogonId": "0x3e7",
    }


def _logon(desk: Desk) -> Pairs:
    data = {
        "LogonType": str(desk.logon_type),
        "LogonProcessName": "User32 ",
        "AuthenticationPackageName": "Negotiate",
        "WorkstationName": desk.computer.upper(),
        "ProcessName": "C:\\Windows\\System32\\svchost.exe",
        "IpAddress": desk.address,
        "IpPort": "0",
    }
    if desk.what == "failed":
        data |= {"Status": "0xc000006d", "SubStatus": "0xc000006a", "FailureReason": "%%2313"}
    return data

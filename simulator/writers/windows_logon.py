"""EventData of the Security log's events about logons and sessions (learn.microsoft.com, event-4624 and neighbors)."""

from simulator.happenings import Desk

Pairs = dict[str, str]
YES, NO = "%%1842", "%%1843"
_NOBODY = "{00000000-0000-0000-0000-000000000000}"
_SYSTEM = "C:\\Windows\\System32\\"
_PROGRAMS = {  # who asks: LogonProcessName, AuthenticationPackageName, ProcessName
    "desk": ("User32 ", "Negotiate", f"{_SYSTEM}svchost.exe"),
    "uac": ("CredPro ", "Negotiate", f"{_SYSTEM}consent.exe"),
    "runas": ("seclogo", "Negotiate", f"{_SYSTEM}svchost.exe"),
    "task": ("Advapi  ", "Negotiate", f"{_SYSTEM}svchost.exe"),
    "service": ("Advapi  ", "Negotiate", f"{_SYSTEM}services.exe"),
    "window": ("Advapi  ", "Negotiate", f"{_SYSTEM}winlogon.exe"),
    "network": ("Kerberos", "Kerberos", "-"),
    "ntlm": ("NtLmSsp ", "NTLM", "-"),
    "kernel": ("-", "-", ""),
    "remote": ("-", "-", f"{_SYSTEM}lsass.exe"),
}
_USUAL = {0: "kernel", 3: "network", 4: "task", 5: "service"}
_WELL_KNOWN = {"SYSTEM": "S-1-5-18", "LOCAL SERVICE": "S-1-5-19", "NETWORK SERVICE": "S-1-5-20"}
_VIRTUAL = {"Window Manager": "S-1-5-90-0", "Font Driver Host": "S-1-5-96-0"}
_PRIVILEGES = "SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeRestorePrivilege\r\n\t\t\tSeDebugPrivilege"


def desk_data(desk: Desk, netbios: str) -> Pairs:
    """The fields of an event, in the vendor's order. `netbios` is the district's Windows domain."""
    if desk.what in ("logged_on", "failed"):
        return _subject(desk, netbios) | _target(desk, netbios) | _logon(desk)
    if desk.what == "explicit":
        return _subject(desk, netbios) | _explicit(desk, netbios)
    if desk.what in ("reconnected", "disconnected"):
        return _station(desk, netbios)
    if desk.what == "special":
        names = {name.replace("Target", "Subject"): value for name, value in _target(desk, netbios).items()}
        return names | {"PrivilegeList": _PRIVILEGES}
    if desk.what == "ended":
        return _target(desk, netbios) | {"LogonType": str(desk.logon_type)}
    if desk.what in ("locked", "unlocked", "saver_on", "saver_off"):
        return _target(desk, netbios) | {"SessionId": str(desk.session)}
    return {} if desk.what == "started" else _target(desk, netbios)


def sid(account: str, domain: str = "") -> str:
    """A security identifier: Windows' own for its own accounts, else invented and the same for the same account."""
    if domain in _VIRTUAL:
        return f"{_VIRTUAL[domain]}-{account.rpartition('-')[2]}"
    if account in _WELL_KNOWN:
        return _WELL_KNOWN[account]
    realm = sum(domain.encode()) * 7_919
    return f"S-1-5-21-{1_004_336_348 + realm}-1177238915-682003330-{1000 + sum(account.encode()) * 7 % 60_000}"


def _target(desk: Desk, netbios: str) -> Pairs:
    return {
        "TargetUserSid": "S-1-0-0" if desk.what == "failed" else sid(desk.account, desk.domain),
        "TargetUserName": desk.account,
        "TargetDomainName": desk.domain or netbios,
        "TargetLogonId": f"0x{desk.logon_id:x}",
    }


def _subject(desk: Desk, netbios: str) -> Pairs:
    account, logon_id = desk.subject
    if account:
        return _named_subject(sid(account), account, netbios, logon_id)
    if desk.logon_type in (0, 3):
        return _named_subject("S-1-0-0", "-", "-", 0)
    return _named_subject("S-1-5-18", f"{desk.computer.upper()}$", netbios, 0x3E7)


def _named_subject(user_sid: str, account: str, domain: str, logon_id: int) -> Pairs:
    return {
        "SubjectUserSid": user_sid,
        "SubjectUserName": account,
        "SubjectDomainName": domain,
        "SubjectLogonId": f"0x{logon_id:x}",
    }


def _logon(desk: Desk) -> Pairs:
    process, package, program = _PROGRAMS[desk.asked_by or _USUAL.get(desk.logon_type, "desk")]
    at_desk = desk.logon_type in (2, 7, 10, 11)
    data = {
        "LogonType": str(desk.logon_type),
        "LogonProcessName": process,
        "AuthenticationPackageName": package,
        "WorkstationName": desk.client or (desk.computer.upper() if at_desk else "-"),
        "TransmittedServices": "-",
        "LmPackageName": "NTLM V2" if package == "NTLM" else "-",
        "KeyLength": "128" if package == "NTLM" else "0",
        "ProcessName": program,
        "IpAddress": desk.address if at_desk or desk.logon_type == 3 else "-",
        "IpPort": "0" if at_desk else str(49_152 + desk.at // 1000 % 16_000) if desk.logon_type == 3 else "-",
    }
    if desk.what == "failed":
        return data | {"Status": "0xc000006d", "SubStatus": "0xc000006a", "FailureReason": "%%2313"}
    return data | _token(desk)


def _token(desk: Desk) -> Pairs:
    """What version 2 of 4624 adds; a logon has a linked one only where UAC split it in two."""
    return {
        "LogonGuid": _NOBODY,
        "ImpersonationLevel": "%%1833",
        "RestrictedAdminMode": "-",
        "TargetOutboundUserName": "-",
        "TargetOutboundDomainName": "-",
        "VirtualAccount": YES if desk.domain in _VIRTUAL else NO,
        "TargetLinkedLogonId": f"0x{desk.linked_id:x}",
        "ElevatedToken": YES if desk.elevated else NO,
    }


def _explicit(desk: Desk, netbios: str) -> Pairs:
    """4648: `client` is the machine the name and password are for, here if empty."""
    target = desk.client or "localhost"
    return {
        "LogonGuid": _NOBODY,
        "TargetUserName": desk.account,
        "TargetDomainName": desk.domain or netbios,
        "TargetLogonGuid": _NOBODY,
        "TargetServerName": target,
        "TargetInfo": f"TERMSRV/{target}" if desk.client else target,
        "ProcessId": "0x2f8",
        "ProcessName": _PROGRAMS[desk.asked_by or "desk"][2],
        "IpAddress": "-" if desk.client else "127.0.0.1",
        "IpPort": "-" if desk.client else "0",
    }


def _station(desk: Desk, netbios: str) -> Pairs:
    """4778 and 4779: by Remote Desktop if a client is named, else at the console, by switching users."""
    return {
        "AccountName": desk.account,
        "AccountDomain": desk.domain or netbios,
        "LogonID": f"0x{desk.logon_id:x}",
        "SessionName": f"RDP-Tcp#{desk.session}" if desk.client else "Console",
        "ClientName": desk.client or "Unknown",
        "ClientAddress": desk.address if desk.client else "Unknown",
    }

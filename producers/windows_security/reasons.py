"""Why Windows said no: its status codes in words, so that a reader need not know them.

Sources: MS-ERREF 2.3.1 (NTSTATUS), RFC 4120 7.5.9 (Kerberos), the pages of events 4625, 4768, 4771, 4776 and 6273.
"""

LOGON = {
    0xC0000064: "no such user",
    0xC000006A: "bad password",
    0xC000006C: "password not allowed by policy",
    0xC000006D: "bad user name or password",
    0xC000006E: "account restriction",
    0xC000006F: "outside allowed hours",
    0xC0000070: "workstation not allowed",
    0xC0000071: "password expired",
    0xC0000072: "account disabled",
    0xC000005E: "no logon servers",
    0xC00000DC: "server in the wrong state",
    0xC0000133: "clock skew",
    0xC000015B: "logon type not granted",
    0xC000018C: "trust relationship failed",
    0xC0000192: "netlogon not started",
    0xC0000193: "account expired",
    0xC0000224: "password must change",
    0xC0000225: "not found",
    0xC0000234: "account locked",
    0xC0000371: "no stored secret for the account",
    0xC0000413: "authentication firewall",
}
KERBEROS = {
    0x6: "no such user",
    0x7: "no such service",
    0x9: "no key for the account",
    0xC: "not allowed by policy",
    0x12: "account disabled, locked or expired",
    0x17: "password expired",
    0x18: "bad password",
    0x1F: "ticket integrity check failed",
    0x20: "ticket expired",
    0x25: "clock skew",
}
# What `%%23xx` in FailureReason stands for: messages of the security auditing provider (msobjs.dll).
FAILURE = {
    "%%2304": "error during logon",
    "%%2305": "account expired",
    "%%2306": "netlogon not started",
    "%%2307": "account locked",
    "%%2308": "logon type not granted",
    "%%2309": "password expired",
    "%%2310": "account disabled",
    "%%2311": "outside allowed hours",
    "%%2312": "workstation not allowed",
    "%%2313": "bad user name or password",
}
RADIUS = {
    "8": "no such user",
    "16": "bad user name or password",
    "22": "EAP type not supported",
    "23": "EAP error",
    "34": "account disabled",
    "35": "account expired",
    "36": "account locked",
    "48": "no network policy matched",
    "49": "no connection request policy matched",
    "65": "dial-in not allowed",
    "66": "authentication method not allowed",
    "265": "certificate chain not trusted",
}


def number(code: str | None) -> int | None:
    """A status as Windows or a shipper writes it (`0xc000006a`, `3221225578`, `-1073741718`) as an unsigned number."""
    if code is None or len(code) > 20:
        return None
    try:
        return int(code, 0) & 0xFFFFFFFF
    except ValueError:
        return None


def logon_reason(status: str | None, sub_status: str | None, failure: str | None) -> str | None:
    """Event 4625: the sub-status is the precise one; both are 0 where only FailureReason tells."""
    for code in (number(sub_status), number(status)):
        if code:
            return LOGON.get(code) or f"status 0x{code:08x}"
    return FAILURE.get(failure or "", failure)


def ticket_reason(status: str | None) -> str | None:
    """Events 4768 to 4771; None if the ticket was given."""
    code = number(status)
    return (KERBEROS.get(code) or f"kerberos error 0x{code:x}") if code else None


def radius_reason(code: str | None, words: str | None) -> str | None:
    """Event 6273: NPS's reason code, else its sentence."""
    return RADIUS.get(code or "", words)

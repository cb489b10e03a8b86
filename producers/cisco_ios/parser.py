"""`%FACILITY-severity-MNEMONIC: text` behind any head that IOS, IOS-XE, NX-OS, IOS XR or AireOS writes."""

import re

from model.event import Event
from producers import forms
from producers.cisco_ios.head import open_ios
from producers.cisco_ios.messages import READERS, plainly
from producers.product import Context, Parsed, Refusal

_MESSAGE = re.compile(
    r"%(?P<facility>[A-Z][A-Z0-9_]{0,48}(?:-[A-Z0-9_]{1,48}){0,3}?)-(?:SW\d-)?[0-7]-"
    r"(?P<mnemonic>[A-Z][A-Z0-9_]{0,80}) ?: *(?P<says>.*)",
    re.A | re.S,
)
# IOS-XE and AireOS say which part of them, or which line of their source, speaks.
_PLACE = r"(?:(?:Chassis|Switch|SW) \d{1,2} )?(?:R|F|SIP|RP|C)\d{1,2}(?:/\d{1,2})?: {1,2}"
_PART = re.compile(
    r"(?:\[[A-Z]{2}\] ?)?(?:" + _PLACE + r"[\w-]{1,32}: {1,2}|[\w.-]{1,48}\.c:\d{1,6} )?",
    re.A,
)
# IOS-XE's PLATFORM passes on what its packet engine says, with a message of its own in it.
_PASSED_ON = re.compile(_PLACE + r"cpp_\w{1,16}: {1,2}QFP:[\d.]{1,8} Thread:\d{1,6} TS:\d{1,24} (?=%)", re.A)
_SECRET = re.compile(
    rb"(\b(?:password|secret|key|community|passphrase|key-string|psk set-key ascii) +(?:\d{1,2} +)?)(?!\*)[^\s']+", re.I
)


def strike_commands(record: bytes) -> bytes:
    """Secrets in commands that `archive log config` quotes; IOS masks them only with `hidekeys`."""
    return (
        _SECRET.sub(rb"\1***", record)
        if b"-CFGLOG_" in record or b"-ACCOUNTING" in record or b"-ACCTLOCAL" in record
        else record
    )


def parse(record: bytes, context: Context) -> Parsed:
    """One line as one event, or a refusal."""
    text = forms.decode(record).strip(" \t\r\n\0\ufeff")
    start = text.find("%", 0, 400)
    match = _MESSAGE.match(text, start) if start >= 0 and len(text) <= forms.LONGEST_LINE else None
    if match is None:
        return Refusal("no message of Cisco IOS: expected `%FACILITY-severity-MNEMONIC: ...`")
    head = open_ios(text[:start].rstrip(), context) if start else None
    if start and head is None:
        return Refusal("a message of Cisco IOS within the words of another program")
    event = Event(
        product="cisco_ios",
        category="device",
        action="record.unrecognised",
        occurred_at=head.at[0] if head and head.at else None,
        time_quality=head.at[1] if head and head.at else "received",
        received_at=head.received_at if head else None,
        reporter=head.host if head else None,
        vendor_code=f"{match['facility']}-{match['mnemonic']}",
    )
    says = match["says"].strip()
    mnemonic = match["mnemonic"]
    if inner := _inner(match, says):
        event.vendor_code, mnemonic, says = inner
    says = says[part.end() :].strip() if (part := _PART.match(says)) else says
    if not forms.is_cut(record):
        reader = READERS.get(mnemonic)
        if reader is None:
            plainly(event, says)
        elif not reader(event, says):
            event.vendor_action = says[:200] or None
    return [event]


def _inner(outer: re.Match[str], says: str) -> tuple[str, str, str] | None:
    """The code, the mnemonic and the words of the message that IOS-XE's platform passes on.

    In a message of any other kind the same words may be a user name that somebody typed.
    """
    is_platform = outer["facility"].startswith("IOSXE") and outer["mnemonic"] == "PLATFORM"
    engine = _PASSED_ON.match(says) if is_platform else None
    match = _MESSAGE.match(says, engine.end()) if engine else None
    return (f"{match['facility']}-{match['mnemonic']}", match["mnemonic"], match["says"].strip()) if match else None

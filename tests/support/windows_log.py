"""The Security log of one computer as Windows writes it, event by event: for tests that go through the real parser."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from model.event import Event
from producers.catalog import PRODUCTS
from producers.product import Context, Refusal

ZONE = ZoneInfo("America/Chicago")
DAY = "2026-03-04"
DISTRICT = "MAPLE"
Fields = dict[str, str]


@dataclass
class WindowsLog:
    """What one computer logs on one day. Times are local, `HH:MM[:SS]`; session ids are logon ids."""

    computer: str
    said: list[tuple[datetime, int, Fields]] = field(default_factory=list)
    _throwaway: int = 0x900000

    def tell(self, at: str, code: int, **fields: str) -> None:
        """One event with its EventData."""
        self.said.append((datetime.fromisoformat(f"{DAY} {at}").replace(tzinfo=ZONE), code, fields))

    def logon(self, at: str, who: str, session: str, kind: str = "2", **more: str) -> None:
        """4624."""
        fields = {
            "SubjectUserName": f"{self.computer}$", "SubjectDomainName": DISTRICT, "SubjectLogonId": "0x3e7",
            "LogonType": kind, "LogonProcessName": "User32 ", "AuthenticationPackageName": "Negotiate",
            "WorkstationName": self.computer, "ProcessName": "C:\\Windows\\System32\\svchost.exe",
            "IpAddress": "127.0.0.1", "IpPort": "0", "VirtualAccount": "%%1843", "TargetLinkedLogonId": "0x0",
            "ElevatedToken": "%%1843",
        }  # fmt: skip
        self.tell(at, 4624, **{**_target(who, session), **fields, **more})

    def administrator(self, at: str, who: str, elevated: str, desktop: str, kind: str = "2", **more: str) -> None:
        """The logon of an administrator under UAC: two sessions, linked; the desktop runs in the one not elevated."""
        self.logon(at, who, elevated, kind, TargetLinkedLogonId=desktop, ElevatedToken="%%1842", **more)
        self.logon(at, who, desktop, kind, TargetLinkedLogonId=elevated, **more)

    def over(self, at: str, who: str, session: str, kind: str = "2") -> None:
        """4634."""
        self.tell(at, 4634, **_target(who, session), LogonType=kind)

    def sign_off(self, at: str, who: str, session: str) -> None:
        """4647, and 4634 some seconds later."""
        self.tell(at, 4647, **_target(who, session))
        later = datetime.fromisoformat(f"{DAY} {at}") + timedelta(seconds=4)
        self.over(f"{later:%H:%M:%S}", who, session)

    def lock(self, at: str, who: str, session: str) -> None:
        """4800."""
        self.tell(at, 4800, **_target(who, session), SessionId="1")

    def unlock(self, at: str, who: str, session: str | None, address: str = "127.0.0.1") -> None:
        """Two logons of type 7 with sessions of their own, over within the second; 4801 if the audit asks for it."""
        for _ in range(2):
            self._throwaway += 0x11
            own = f"{self._throwaway:#x}"
            self.logon(at, who, own, "7", IpAddress=address)
            self.over(at, who, own, "7")
        if session:
            self.tell(at, 4801, **_target(who, session), SessionId="1")

    def switch(self, at: str, code: int, who: str, session: str, name: str = "Console", **client: str) -> None:
        """4778 (came back to a session) or 4779 (went from it, and left it running)."""
        said = {"ClientName": "Unknown", "ClientAddress": "Unknown", **client}
        self.tell(at, code, AccountName=who, AccountDomain=DISTRICT, LogonID=session, SessionName=name, **said)

    def desktop_noise(self, at: str, number: int) -> None:
        """The window manager's and the font driver's own logons, one of each a session."""
        for name, domain in ((f"DWM-{number}", "Window Manager"), (f"UMFD-{number}", "Font Driver Host")):
            fields = {"LogonProcessName": "Advapi  ", "VirtualAccount": "%%1842", "TargetDomainName": domain}
            self.logon(at, name, f"0x{number}d{len(name)}", **fields)

    def events(self, form: str) -> list[Event]:
        """Every event through the real parser; `form` is xml or winlogbeat."""
        write = {"xml": _xml, "winlogbeat": _winlogbeat}[form]
        parse = PRODUCTS["windows_security"].parse
        found: list[Event] = []
        for number, (at, code, fields) in enumerate(self.said):
            parsed = parse(write(at, code, fields, self.computer, number), Context(ZONE, at))
            assert not isinstance(parsed, Refusal), parsed
            for event in parsed:
                event.event_id, event.source_id = f"{self.computer}-{number:04d}", "dc1"
                found.append(event)
        return sorted(found, key=lambda event: (event.occurred_at or "", event.event_id))


def _target(who: str, session: str) -> Fields:
    return {"TargetUserName": who, "TargetDomainName": DISTRICT, "TargetLogonId": session}


def _utc(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo('UTC')):%Y-%m-%dT%H:%M:%S}.0000000Z"


# What is written into the log System, and by whom; the rest is the Security log's.
_OF_SYSTEM = {12: "Microsoft-Windows-Kernel-General", 1074: "User32", 6005: "EventLog", 6006: "EventLog"}


def _log_of(code: int) -> tuple[str, str]:
    """The channel that an event stands in, and who wrote it."""
    provider = _OF_SYSTEM.get(code)
    return ("System", provider) if provider else ("Security", "Microsoft-Windows-Security-Auditing")


def _xml(at: datetime, code: int, fields: Fields, computer: str, number: int) -> bytes:
    data = "".join(f'<Data Name="{name}">{value}</Data>' for name, value in fields.items())
    channel, provider = _log_of(code)
    return (
        f'<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="{provider}"/>'
        f"<EventID>{code}</EventID><Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='{_utc(at)}'/>"
        f"<EventRecordID>{number}</EventRecordID><Channel>{channel}</Channel><Computer>{computer}</Computer>"
        f"</System><EventData>{data}</EventData></Event>"
    ).encode()


def _winlogbeat(at: datetime, code: int, fields: Fields, computer: str, number: int) -> bytes:
    channel, provider = _log_of(code)
    said = {"channel": channel, "provider_name": provider, "computer_name": computer, "record_id": number}
    winlog = {"event_id": code, **said}
    return json.dumps({"@timestamp": _utc(at), "winlog": winlog | {"event_data": fields}}).encode()

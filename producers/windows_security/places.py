"""Where a Windows event happened to the client: which machine, from which address, logged by whom.

The computer that logs is the client only for what happens at its own console. A network logon is logged by the server
that was reached: there the client is WorkstationName, and the computer is the destination.
"""

from model.event import Basis, Event
from model.vocabulary import LOGON_TYPES
from producers import forms
from producers.windows_security.entry import Data, Entry, text
from producers.windows_security.reasons import number

# Who asked for a logon of type 2, 10 or 11 where it was not the sign-on screen (`User32`): runas, an application that
# called LogonUser, a prompt for a password. https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-logonusera
_ASKED_INSIDE = frozenset({"seclogo", "advapi", "credpro"})
_AT_THE_SCREEN = frozenset({"interactive", "remote", "cached"})
_NOBODYS = frozenset({"window manager", "font driver host"})  # the domains of DWM-1 and UMFD-1, one a session
_YES = frozenset({"%%1842", "yes"})
_LOCAL = frozenset({"::1", "127.0.0.1", "LOCAL", "local", "::", "0.0.0.0"})


def remote_address(written: str | None) -> str | None:
    """The address a logon came from; None if Windows means "from here"."""
    found = None if written is None or written in _LOCAL else forms.address(written)
    return None if found is None or found in _LOCAL or found.startswith("127.") else found


def locate(event: Event, entry: Entry, place: str) -> None:
    """Fill in device and how its name was come by, address, mac and destination, as the event's id says.

    A computer's own name in its own log is observed; the name that a caller gives of itself is claimed.
    """
    event.address = remote_address(text(entry.data, "IpAddress"))
    if place == "here":
        _at(event, entry.computer, "observed")
        event.address = event.address or remote_address(text(entry.data, "ClientAddress"))
    elif place == "logon":
        _logon(event, entry)
    elif place == "terminal":
        _at(event, entry.computer, "observed")
        event.address = remote_address(text(entry.data, "ClientAddress"))
        event.logon_type = "interactive" if _is_console(entry.data) else "remote"
    elif place == "workstation":
        _at(event, _name(entry.data, "Workstation"), "claimed")
    elif place == "caller":
        _at(event, _name(entry.data, "TargetDomainName"), "claimed")
    elif place == "radius":
        _radius(event, entry.data)


def locate_plainly(event: Event, data: Data) -> None:
    """From where to where, by the names that ids without a meaning here share with the others."""
    if "CallingStationID" in data:
        _radius(event, data)
        return
    written = text(data, "IpAddress") or text(data, "ClientAddress") or text(data, "SourceAddress")
    event.address = remote_address(written)
    event.destination = remote_address(text(data, "DestAddress"))
    event.destination_port = forms.port(text(data, "DestPort")) if event.destination else None
    event.protocol = forms.protocol(text(data, "Protocol"))
    _at(event, _name(data, "WorkstationName") or _name(data, "Workstation"), "claimed")


def _at(event: Event, device: str | None, basis: Basis) -> None:
    event.device, event.device_basis = device, basis if device else None


def _logon(event: Event, entry: Entry) -> None:
    written = text(entry.data, "LogonType")
    event.logon_type = LOGON_TYPES.get(written or "", written)
    if event.logon_type in _AT_THE_SCREEN and _is_second(entry.data):
        event.logon_type = "secondary"
    if event.logon_type != "network" or written == "9":
        _at(event, entry.computer, "observed")
        return
    _at(event, _name(entry.data, "WorkstationName"), "claimed")
    event.destination = entry.computer


def _is_second(data: Data) -> bool:
    """Whether a logon is one inside somebody's session, or of no person (DWM, UMFD): nobody sits down with it.

    Under UAC an administrator's logon is written twice, linked: the desktop runs in the session that is not elevated.
    """
    asked_by = (text(data, "LogonProcessName") or "").lower()
    prompted = (text(data, "ProcessName") or "").lower().endswith("\\consent.exe")
    virtual = (text(data, "TargetDomainName") or "").lower() in _NOBODYS
    elevated = (text(data, "ElevatedToken") or "").lower() in _YES
    linked = number(text(data, "TargetLinkedLogonId")) or 0
    return asked_by in _ASKED_INSIDE or prompted or virtual or (elevated and linked != 0)


def _is_console(data: Data) -> bool:
    """Whether a session is at the computer's own screen; of Remote Desktop the name begins `RDP-`."""
    return (text(data, "SessionName") or "").lower() == "console"


def _radius(event: Event, data: Data) -> None:
    """802.1X sends the station's MAC as the calling station, a VPN gateway the client's address.

    The machine's name is the machine's own word: where it stands beside the MAC, the weaker basis holds for both.
    """
    caller = text(data, "CallingStationID")
    event.mac = forms.mac(caller)
    event.address = remote_address(caller) if event.mac is None else None
    _at(event, _name(data, "SubjectMachineName"), "claimed")
    if event.mac and event.device is None:
        event.device_basis = "observed"
    event.destination = text(data, "ClientName") or text(data, "NASIPv4Address")


def _name(data: Data, field: str) -> str | None:
    name = text(data, field)
    return name.lstrip("\\") or None if name else None

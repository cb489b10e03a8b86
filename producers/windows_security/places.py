"""Where a Windows event happened to the client: which machine, from which address, logged by whom.

The computer that logs is the client only for what happens at its own console. A network logon is logged by the server
that was reached: there the client is WorkstationName, and the computer is the destination.
"""

from model.event import Event
from producers import forms
from producers.windows_security.entry import Data, Entry, text
from producers.windows_security.meanings import LOGON_TYPES

_LOCAL = frozenset({"::1", "127.0.0.1", "LOCAL", "local", "::", "0.0.0.0"})


def remote_address(written: str | None) -> str | None:
    """The address a logon came from; None if Windows means "from here"."""
    found = None if written is None or written in _LOCAL else forms.address(written)
    return None if found is None or found in _LOCAL or found.startswith("127.") else found


def locate(event: Event, entry: Entry, place: str) -> None:
    """Fill in device, address, mac and destination as the event's id says they are to be read."""
    event.address = remote_address(text(entry.data, "IpAddress"))
    if place == "here":
        event.device = entry.computer
        event.address = event.address or remote_address(text(entry.data, "ClientAddress"))
    elif place == "logon":
        _logon(event, entry)
    elif place == "workstation":
        event.device = _name(entry.data, "Workstation")
    elif place == "caller":
        event.device = _name(entry.data, "TargetDomainName")
    elif place == "radius":
        _radius(event, entry.data)


def _logon(event: Event, entry: Entry) -> None:
    written = text(entry.data, "LogonType")
    event.logon_type = LOGON_TYPES.get(written or "", written)
    if event.logon_type != "network" or written == "9":
        event.device = entry.computer
        return
    event.device = _name(entry.data, "WorkstationName")
    event.destination = entry.computer


def _radius(event: Event, data: Data) -> None:
    """802.1X sends the station's MAC as the calling station, a VPN gateway the client's address."""
    caller = text(data, "CallingStationID")
    event.mac = forms.mac(caller)
    event.address = remote_address(caller) if event.mac is None else None
    event.device = _name(data, "SubjectMachineName")
    event.destination = text(data, "ClientName") or text(data, "NASIPv4Address")


def _name(data: Data, field: str) -> str | None:
    name = text(data, field)
    return name.lstrip("\\") or None if name else None

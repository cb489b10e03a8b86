"""Domain controller and server events as the log's own XML, some of them printed over many lines as wevtutil does."""

from xml.sax.saxutils import escape

from simulator.happenings import Desk, DirectoryChange, Managed, Ticket
from simulator.local_time import utc_stamp
from simulator.spool import Spool
from simulator.writers.windows_directory import CHANGE_IDS, change_data
from simulator.writers.windows_ids import (
    EVENT_IDS,
    FAILURE_BITS,
    FAILURES,
    MANAGED_IDS,
    SUCCESS_BITS,
    TICKET_IDS,
    managed_data,
    ticket_data,
)
from simulator.writers.windows_logon import desk_data

_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
_PRETTY_EVERY = 40
_TASKS = {
    **dict.fromkeys(TICKET_IDS.values(), 14339),
    **dict.fromkeys(MANAGED_IDS.values(), 13824),
    4719: 13568,
    4728: 13826,
    4729: 13826,
    4739: 13569,
}
_CLEARED = (
    '<Provider Name="Microsoft-Windows-Eventlog" Guid="{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}"/>'
    "<EventID>1102</EventID><Version>0</Version><Level>4</Level><Task>104</Task><Keywords>0x4020000000000000</Keywords>"
)
_IN_DATA = {"\r": "&#xD;", "\n": "&#xA;", "\t": "&#x9;"}


class XmlWriter:
    """Writes what the domain controller audits, and the servers whose logs it collects."""

    def __init__(self, spool: Spool, domain: str) -> None:
        self._add, self._domain = spool.add, domain
        self._netbios = domain.partition(".")[0].upper()[:15]
        self._written = 0

    def ticket(self, ticket: Ticket) -> None:
        """An event of the account logon category."""
        self._event(
            ticket.at,
            TICKET_IDS[ticket.what],
            f"dc1.{self._domain}",
            ticket_data(ticket, self._domain),
            failed=ticket.what in FAILURES,
        )

    def managed(self, managed: Managed) -> None:
        """An event of user account management, on the domain controller."""
        data = managed_data(managed, self._netbios)
        self._event(managed.at, MANAGED_IDS[managed.what], f"dc1.{self._domain}", data, failed=False)

    def desk(self, desk: Desk) -> None:
        """An event of a session: of the controller itself, where `sysvol` is read, or of a server beside it."""
        data = desk_data(desk, self._netbios)
        self._event(
            desk.at, EVENT_IDS[desk.what], f"{desk.computer}.{self._domain}", data, failed=desk.what in FAILURES
        )

    def change(self, change: DirectoryChange) -> None:
        """An event of the account management or policy change category; a cleared log tells it in UserData."""
        data = change_data(change, self._domain)
        if change.what == "log_cleared":
            self._cleared(change.at, data)
        else:
            self._event(change.at, CHANGE_IDS[change.what], f"dc1.{self._domain}", data, failed=False)

    def _cleared(self, at: int, data: dict[str, str]) -> None:
        self._written += 1
        told = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in data.items())
        self._add(
            at,
            f'<Event xmlns="{_NAMESPACE}"><System>{_CLEARED}<TimeCreated SystemTime="{utc_stamp(at, 7)}"/>'
            f"<EventRecordID>{self._written}</EventRecordID><Channel>Security</Channel>"
            f"<Computer>dc1.{self._domain}</Computer></System><UserData>"
            f'<LogFileCleared xmlns="http://manifests.microsoft.com/win/2004/08/windows/eventlog">{told}'
            "</LogFileCleared></UserData></Event>",
        )

    def _event(self, at: int, event_id: int, computer: str, data: dict[str, str], *, failed: bool) -> None:
        """One <Event>: System, then EventData. SystemTime is UTC with seven digits."""
        self._written += 1
        gap = "\n  " if self._written % _PRETTY_EVERY == 0 else ""
        bits = FAILURE_BITS if failed else SUCCESS_BITS
        task = _TASKS.get(event_id, 12544)
        told = gap.join(
            f'<Data Name="{name}">{escape(value, _IN_DATA)}</Data>' if value else f'<Data Name="{name}"/>'
            for name, value in data.items()
        )
        system = gap.join(
            (
                '<Provider Name="Microsoft-Windows-Security-Auditing" Guid="{54849625-5478-4994-A5BA-3E3B0328C30D}"/>',
                f"<EventID>{event_id}</EventID><Version>0</Version><Level>0</Level><Task>{task}</Task>",
                f'<Keywords>{bits}</Keywords><TimeCreated SystemTime="{utc_stamp(at, 7)}"/>',
                f"<EventRecordID>{self._written}</EventRecordID><Channel>Security</Channel>",
                f"<Computer>{computer}</Computer>",
            )
        )
        self._add(
            at,
            f'<Event xmlns="{_NAMESPACE}">{gap}<System>{gap}{system}{gap}</System>{gap}'
            f"<EventData>{gap}{told}{gap}</EventData>{gap}</Event>",
        )

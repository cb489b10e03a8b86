"""Domain controller events as the event log's own XML, some of them printed over many lines as wevtutil does."""

from xml.sax.saxutils import escape

from simulator.happenings import Ticket
from simulator.local_time import utc_stamp
from simulator.spool import Spool
from simulator.writers.windows_ids import FAILURE_BITS, FAILURES, SUCCESS_BITS, TICKET_IDS, ticket_data

_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"
_PRETTY_EVERY = 40


class XmlWriter:
    """Writes what the domain controller audits."""

    def __init__(self, spool: Spool, domain: str) -> None:
        self._add, self._domain = spool.add, domain
        self._written = 0

    def ticket(self, ticket: Ticket) -> None:
        """One <Event>: System, then EventData. SystemTime is UTC with seven digits."""
        self._written += 1
        gap = "\n  " if self._written % _PRETTY_EVERY == 0 else ""
        bits = FAILURE_BITS if ticket.what in FAILURES else SUCCESS_BITS
        data = gap.join(
            f'<Data Name="{name}">{escape(value)}</Data>' for name, value in ticket_data(ticket, self._domain).items()
        )
        system = gap.join(
            (
                '<Provider Name="Microsoft-Windows-Security-Auditing" Guid="{54849625-5478-4994-A5BA-3E3B0328C30D}"/>',
                f"<EventID>{TICKET_IDS[ticket.what]}</EventID><Version>0</Version><Level>0</Level><Task>14339</Task>",
                f'<Keywords>{bits}</Keywords><TimeCreated SystemTime="{utc_stamp(ticket.at, 7)}"/>',
                f"<EventRecordID>{self._written}</EventRecordID><Channel>Security</Channel>",
                f"<Computer>dc1.{self._domain}</Computer>",
            )
        )
        self._add(
            ticket.at,
            f'<Event xmlns="{_NAMESPACE}">{gap}<System>{gap}{system}{gap}</System>{gap}'
            f"<EventData>{gap}{data}{gap}</EventData>{gap}</Event>",
        )

"""Firepower's own events, 430001 to 430003: `Key: value, Key: value`; a value may hold `, ` and `: ` itself."""

import re
from zoneinfo import ZoneInfo

from model.event import Event
from producers.cisco_asa.message import Reader, set_account
from producers.forms import address, host_of, known, whole
from producers.times import at_iso

_PAIR = re.compile(r"(?:^|, )([A-Z][A-Za-z0-9_]{1,40}): ", re.A)
_BLOCKS = ("block", "deny", "reset", "interactive block")
_UTC = ZoneInfo("UTC")


def read_connection(event: Event, message: str) -> bool:
    """A connection's beginning (430002) or end (430003): a web request where it names a URL, else a flow."""
    facts = pairs(message)
    source = address(facts.get("SrcIP"))
    if source is None:
        return False
    _flow(event, facts)
    event.address = source
    event.url = known(facts.get("URL"))
    event.domain = host_of(event.url)
    event.url_category = known(facts.get("URLCategory"))
    event.user_agent = known(facts.get("UserAgent"))
    event.action = "web.requested" if event.url else "connection.recorded"
    return True


def _flow(event: Event, facts: dict[str, str]) -> None:
    event.category = "proxy"
    event.vendor_action = known(facts.get("AccessControlRuleAction"))
    blocked = (event.vendor_action or "").lower().startswith(_BLOCKS)
    event.verdict = "blocked" if blocked else "allowed" if event.vendor_action else "unknown"
    event.outcome = "failure" if blocked else "success" if event.vendor_action else "unknown"
    event.reason = known(facts.get("AccessControlRuleReason")) or known(facts.get("AccessControlRuleName"))
    event.destination = address(facts.get("DstIP"))
    event.destination_port = whole(facts.get("DstPort"))
    event.protocol = known(facts.get("ApplicationProtocol")) or known(facts.get("Protocol"))
    event.app = known(facts.get("WebApplication")) or known(facts.get("Client"))
    event.bytes_out, event.bytes_in = whole(facts.get("InitiatorBytes")), whole(facts.get("ResponderBytes"))
    duration = whole(facts.get("ConnectionDuration"))
    event.duration_s = None if duration is None else float(duration)
    event.session_id = known(facts.get("ConnectionID"))
    user = facts.get("User")
    set_account(event, None if user in (None, "Unknown", "No Authentication Required", "Not Found") else user)
    _when(event, facts.get("FirstPacketSecond"))


def _when(event: Event, text: str | None) -> None:
    """The event's own time is UTC with its offset, the head's is not always."""
    at = at_iso(text, _UTC) if text and event.time_quality != "exact" else None
    if at:
        event.occurred_at, event.time_quality = at


def pairs(message: str) -> dict[str, str]:
    """The facts of a message; of a key that comes twice, the first."""
    facts: dict[str, str] = {}
    marks = list(_PAIR.finditer(message))[:200]
    for here, following in zip(marks, [*marks[1:], None], strict=False):
        end = following.start() if following else len(message)
        facts.setdefault(here[1], message[here.end() : end].strip())
    return facts


READERS: dict[str, tuple[Reader, ...]] = dict.fromkeys(("430001", "430002", "430003"), (read_connection,))

"""IKEv2 remote access: negotiation failed (750003), up (750006), down (750007), addressed (751025)."""

import re

from model.event import Basis, Event
from producers.cisco_asa.message import USER, WORDS, Filler, Reader, reader, set_account
from producers.forms import address, address_port

# By what is told and how it ended; all else belongs to a session that was let in.
_BASIS: dict[tuple[str, str], Basis] = {
    ("tunnel.opened", "success"): "authenticated",
    ("tunnel.opened", "failure"): "claimed",
}


def _ike(action: str, outcome: str, word: str) -> Filler:
    def fill(event: Event, match: re.Match[str]) -> None:
        found = match.groupdict()
        set_account(event, found["user"], _BASIS.get((action, outcome), "observed"))
        event.address = address_port(found["ip"])[0]
        event.app = found.get("group")
        event.protocol = "ikev2"
        event.action, event.outcome, event.vendor_action = action, outcome, word
        event.reason = (found.get("reason") or "").strip(" .") or None
        event.assigned_address = address(found.get("v4")) or address(found.get("v6"))

    return fill


_PEERS = rf"Local: ?\S{{1,64}} {{1,3}}Remote: ?(?P<ip>\S{{1,64}}) {{1,3}}Username: ?{USER}"
_REASON = rf"\.?(?: Reason: {{0,3}}(?P<reason>{WORDS}))?"
_ADDRESSES = (
    r"Group: ?(?P<group>\S{1,256}) {1,3}IPv4 Address[:=] ?(?P<v4>[0-9a-fA-F:.]{2,45}) "
    r"IPv6 [Aa]ddress[:=] ?(?P<v6>[0-9a-fA-F:.]{2,45}) assigned to session\.?"
)
_ABORTED = rf"Negotiation aborted due to ERROR:(?P<reason>{WORDS})"


def _readers(tail: str, fill: Filler) -> tuple[Reader, ...]:
    """Newer versions say `IKEv2` behind the user."""
    return reader(f"{_PEERS} IKEv2 {tail}", fill), reader(f"{_PEERS} {tail}", fill)


READERS: dict[str, tuple[Reader, ...]] = {
    "750003": _readers(_ABORTED, _ike("tunnel.opened", "failure", "Negotiation aborted")),
    "750006": _readers(r"SA UP" + _REASON, _ike("tunnel.opened", "success", "SA UP")),
    "750007": _readers(r"SA DOWN" + _REASON, _ike("tunnel.closed", "success", "SA DOWN")),
    "751025": _readers(_ADDRESSES, _ike("tunnel.addressed", "success", "assigned to session")),
}

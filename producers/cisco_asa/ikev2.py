"""IKEv2 remote access: negotiation failed (750003), up (750006), down (750007), addressed (751025)."""

import re

from model.event import Event
from producers.cisco_asa.message import Filler, Reader, reader, set_account
from producers.forms import address, address_port


def _ike(action: str, outcome: str, word: str) -> Filler:
    def fill(event: Event, match: re.Match[str]) -> None:
        found = match.groupdict()
        set_account(event, found["user"].rpartition("/")[0] if action == "tunnel.addressed" else found["user"])
        if event.account is None:
            set_account(event, found["user"])
        event.address = address_port(found["ip"])[0]
        event.app = found.get("group")
        event.protocol = "ikev2"
        event.action, event.outcome, event.vendor_action = action, outcome, word
        event.reason = (found.get("reason") or "").strip(" .") or None
        event.assigned_address = address(found.get("v4")) or address(found.get("v6"))

    return fill


_PEERS = r"Local: ?\S+ +Remote: ?(?P<ip>\S+) +Username: ?(?P<user>.{0,256}?)"
_GROUP = r"(?:,? +(?:IKEv2 )?Group: ?(?P<group>\S+))?"
_REASON = r"\.(?: Reason: *(?P<reason>.*))?"
_ADDRESSES = r" +IPv4 Address[:=] ?(?P<v4>\S+) IPv6 [Aa]ddress[:=] ?(?P<v6>\S+) assigned"
_UP, _DOWN = _ike("tunnel.opened", "success", "SA UP"), _ike("tunnel.closed", "success", "SA DOWN")
_ABORTED = _ike("tunnel.opened", "failure", "Negotiation aborted")
READERS: dict[str, tuple[Reader, ...]] = {
    "750003": (reader(_PEERS + _GROUP + r"(?: IKEv2)? Negotiation aborted due to ERROR:(?P<reason>.*)", _ABORTED),),
    "750006": (reader(_PEERS + _GROUP + r" (?:IKEv2 )?SA UP" + _REASON, _UP),),
    "750007": (reader(_PEERS + _GROUP + r" (?:IKEv2 )?SA DOWN" + _REASON, _DOWN),),
    "751025": (reader(_PEERS + _GROUP + _ADDRESSES, _ike("tunnel.addressed", "success", "assigned to session")),),
}

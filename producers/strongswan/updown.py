"""What strongSwan's `_updown` script writes by logger(1): `+ ID INSIDE == OUTSIDE -- GATEWAY == NETWORK`.

The ID is the IKE identity, which a client that signs in by EAP chooses freely, and the script lets `echo -e` turn a
`\\n` in it into a line of its own: so nobody is named by these lines.
"""

import re

from model.event import Event
from producers.strongswan.peers import ADDRESS, SELECTOR, inside

_UPDOWN = re.compile(
    rf"(?P<sign>[+-]) .+? (?:(?P<inside>{SELECTOR}) == )?(?P<from>{ADDRESS}) -- {ADDRESS}(?: == {SELECTOR})?",
    re.A | re.S,
)
_MARK = " -- "


def read_updown(event: Event, says: str) -> None:
    """Where the tunnel comes from and its address inside; a line with more than one place for them tells neither."""
    match = _UPDOWN.fullmatch(says) if says.count(_MARK) == 1 else None
    if match is None:
        return
    event.action, event.outcome = "tunnel.reported", "success"
    event.vendor_action = "updown up" if match["sign"] == "+" else "updown down"
    event.address, event.assigned_address = match["from"], inside(match["inside"])

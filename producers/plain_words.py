"""What a line of words that we do not recognize plainly says: from where to where, and of whom.

It makes such a line findable in a search and a timeline. No detection reads it. An address at the very end is not
taken, for a relay may have cut it there, and no card is: a longer id that was cut looks like one.
"""

import re

from model.event import Event
from producers import forms

_MOST = 2_048  # characters
_IP = r"(?:\d{1,3}+(?:\.\d{1,3}+){3}|(?=[0-9a-fA-F]{0,4}:)[0-9a-fA-F:]{2,39}+(?:\.\d{1,3}+){0,3}+)"
_GLUE = r"(?:[ :=]{1,3}|: \()(?:@0x[0-9a-f]{1,16} )?[(\[]?"
_FROM = re.compile(
    r"(?i:\b(?:from|client|src|source|initiator|remote|peer|duplicate address))(?: (?i:ip|address|host))?" + _GLUE
    + rf"(?P<ip>{_IP})(?![\w.-]*[A-Za-z])(?=[^\d.])", re.A,
)  # fmt: skip
_TO = re.compile(
    r"(?i:(?:\b(?:to|dst|destination|responder)|[-=]>))(?: (?i:ip|address|host))?" + _GLUE
    + rf"(?P<ip>{_IP})(?:[:/#(](?P<port>\d{{1,5}})\b)?(?![\w.-]*[A-Za-z])(?=[^\d.])", re.A,
)  # fmt: skip
_USER = re.compile(
    r"(?i:\buser(?:name)?)(?:[:=] ?['\"\[(]?| ['\"\[(])(?P<user>[\w.@\\$-]{1,128})(?=['\"\],;. )]|$)", re.A
)
_NO_USERS = frozenset(
    {"agent", "authentication", "id", "is", "has", "was", "not", "name", "from", "and", "session", "with"}
)


def fill_words(event: Event, says: str) -> None:
    """Fill in what the event does not say yet. A phrase that stands twice with different values tells nothing.

    Who chose the words is not known, so names are `claimed` and choose nobody.
    """
    if len(says) > _MOST:
        return
    event.address = event.address or forms.address(_only(_FROM, says, "ip"))
    if event.destination is None and (to := _only(_TO, says, "ip")):
        event.destination = forms.address(to)
        event.destination_port = forms.port(_only(_TO, says, "port")) if event.destination else None
    name = _only(_USER, says, "user")
    if event.account is None and name and name.lower() not in _NO_USERS:
        forms.name_account(event, name, "claimed")


def _only(pattern: re.Pattern[str], says: str, group: str | int) -> str | None:
    found = {match[group] for match in pattern.finditer(says)}
    return found.pop() if len(found) == 1 else None

"""What many messages have alike: `Group <G> User <U> IP <A>`, and how a reader of messages is made from a pattern."""

import re
from collections.abc import Callable

from model.event import Event
from producers.forms import account, address

Reader = Callable[[Event, str], bool]
Filler = Callable[[Event, re.Match[str]], None]

HIDDEN = "*****"  # what stands for a user until `no logging hide username`
# Angle brackets or none, blanks or none around them; a user may hold anything but the end of its field.
WHO = (
    r"Group:? *<?(?P<group>.{0,256}?)>?,? +User(?:name)?:? *<?(?P<user>.{0,256}?)>?,? +"
    r"IP:? *<?(?P<ip>[0-9a-fA-F:.]+)>?,?"
)
_NAMED = re.compile(
    r"\bUser(?:name)?(?: *=|:)? *<?(?P<user>.{0,256}?)>?,? +IP(?: *=|:)? *<?(?P<ip>[0-9a-fA-F:.]+)>?", re.S
)
_USER = re.compile(r"\b(?:user|User|Username|Uname) ?[=:] ?(?P<user>[^\s,:]+)")


def reader(pattern: str, fill: Filler) -> Reader:
    """A reader that hands the match of `pattern` at the message's beginning to `fill`."""
    compiled = re.compile(pattern, re.A | re.S)

    def read(event: Event, message: str) -> bool:
        match = compiled.match(message)
        if match:
            fill(event, match)
        return match is not None

    return read


def set_account(event: Event, user: str | None) -> None:
    """The account of a message; a hidden one is nobody. `LOCAL\\u` and `(LOCAL\\u)` name the ASA's own list."""
    if user is None:
        return
    user = user.strip(" <>'\"()")
    if user and user not in ("Unknown", "unknown") and not user.startswith(HIDDEN[:3]):
        event.account, event.account_domain = account(user)


def named(event: Event, message: str) -> None:
    """The user and address of a message that is not known otherwise."""
    if match := _NAMED.search(message):
        set_account(event, match["user"])
        event.address = address(match["ip"])
    elif match := _USER.search(message):
        set_account(event, match["user"])

"""What many messages have alike: `Group <G> User <U> IP <A>`, and how a reader of messages is made from a pattern.

A user name may hold anything, even what looks like the rest of the message. So a pattern is the whole message, and the
user is as long as it can be: what stands last is the appliance's own. Repeats are bounded, or blanks cost minutes.
"""

import re
from collections.abc import Callable

from model.event import Basis, Event
from producers.forms import address, name_account

Reader = Callable[[Event, str], bool]
Filler = Callable[[Event, re.Match[str]], None]

HIDDEN = "***"  # what stands for a user until `no logging hide username`
IP = r"[0-9a-fA-F:.]{2,45}"
WORDS = r"[^<>=]{0,256}"  # the appliance's own words
REST = r".{0,1024}"
USER = r"(?P<user>.{0,256})"
# Angle brackets or none; a group is one that the administrator made, so it holds none.
_WHO = (
    rf"Group:? {{0,3}}<(?P<group>[^<>]{{0,256}})>,? {{1,3}}User(?:name)?:? {{0,3}}<{USER}>,? {{1,3}}IP:? {{0,3}}"
    rf"<(?P<ip>{IP})>,?",
    rf"Group:? {{0,3}}(?P<group>[^<>,\s]{{1,256}}),? {{1,3}}User(?:name)?:? {{0,3}}{USER},? {{1,3}}IP:? {{0,3}}"
    rf"(?P<ip>{IP}),?",
)
_NAMED = tuple(
    re.compile(pattern, re.A | re.S)
    for pattern in (
        rf"(?:TunnelGroup <[^<>]{{0,256}}> GroupPolicy|Group) <[^<>]{{0,256}}> User <(?P<user>[^<>]{{1,256}})> "
        rf"IP <(?P<ip>{IP})>[^<>]*",
        rf"Group [^\s<>]{{1,256}} User (?P<user>[^\s<>]{{1,256}}) IP (?P<ip>{IP}) (?!.* IP )[^<>=]*",
        rf"Group = [^,=]{{0,256}}, Username = (?P<user>[^,=]{{1,256}}), IP = (?P<ip>{IP}),[^=]*",
    )
)


def reader(pattern: str, fill: Filler) -> Reader:
    """A reader that hands the match of `pattern` with a whole message to `fill`; a cut message is none."""
    compiled = re.compile(pattern, re.A | re.S)

    def read(event: Event, message: str) -> bool:
        match = compiled.fullmatch(message)
        if match:
            fill(event, match)
        return match is not None

    return read


def who(tail: str, fill: Filler) -> tuple[Reader, ...]:
    """Readers of `Group <G> User <U> IP <A>` and the rest of the message."""
    return tuple(reader(before + tail, fill) for before in _WHO)


def set_account(event: Event, user: str | None, basis: Basis) -> None:
    """The account of a message; a hidden one is nobody. `LOCAL\\u` and `(LOCAL\\u)` name the ASA's own list."""
    if user is None:
        return
    user = user.strip(" <>'\"")
    user = user.strip("() ") if user[:1] == "(" else user
    if user and user not in ("Unknown", "unknown") and not user.startswith(HIDDEN):
        name_account(event, user, basis)


def named(event: Event, message: str) -> None:
    """The user and address at the head of a message that is not known otherwise; where it is plain which they are."""
    for pattern in _NAMED:
        if match := pattern.fullmatch(message):
            set_account(event, match["user"], "claimed")
            event.address = address(match["ip"])

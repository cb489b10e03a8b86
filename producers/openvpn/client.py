"""How OpenVPN names a client: `IP:port` or `CN/IP:port` before a message, `[AF_INET]IP:port` within one."""

import re
from typing import NamedTuple

from model.event import Event
from producers.forms import address_port

_V4 = r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}:\d{1,5}"
_V6 = r"\[[0-9a-fA-F:.]{2,45}\]:\d{1,5}"
# From 2.7 on the protocol stands before the address.
REAL = rf"(?:(?:udp|tcp)[46]:)?(?P<real>{_V4}|{_V6})"
TAGGED = rf"(?:(?:udp|tcp)[46]:|\[AF_INET6?\])?(?P<real>{_V4}|{_V6}|[0-9a-fA-F]{{1,4}}:[0-9a-fA-F:.]{{2,45}})"
NAME = r"(?P<cn>.{0,256})"  # a common name may hold blanks, quotes, slashes and brackets
_BARE = re.compile(REAL + " ", re.A)
_NAMED = re.compile(rf"/{REAL}(?=[ :]|$)", re.A)
MOST_WORDS = 6  # of a name
# Small words within a name: Maria de la Cruz, Jan van der Berg.
_PARTICLES = frozenset(
    [
        "al",
        "bin",
        "da",
        "das",
        "de",
        "del",
        "den",
        "der",
        "di",
        "do",
        "dos",
        "du",
        "e",
        "el",
        "ibn",
        "la",
        "las",
        "los",
        "of",
        "ter",
        "van",
        "von",
        "y",
    ]
)
# What the daemon and its plug-ins write of themselves, without a client before it.
_OWN = ("AUTH-PAM: ", "MULTI: ", "PLUGIN", "[")


class Said(NamedTuple):
    """A message and the client it is about, as the daemon put it before the message."""

    text: str
    name: str | None = None
    real: str | None = None


def said_of(message: str) -> Said | None:
    """The message without its client; None where the line names two clients, so that one is an invention.

    A user name or a common name may hold what looks like a client and a message. Then the line holds a second
    `/IP:port`; the daemon itself only ever repeats the same one (`CN/IP:port MULTI: Learn: ... -> CN/IP:port`).
    """
    said = _split(message)
    mark = message[: len(message) - len(said.text) - 1] if said.name is not None else None
    for match in _NAMED.finditer(said.text):
        if said.real is not None and match["real"] != said.real:
            return None
        if mark is not None and not said.text[: match.end()].endswith(mark):
            return None
    return said


def _split(message: str) -> Said:
    if bare := _BARE.match(message):
        return Said(message[bare.end() :], None, bare["real"])
    named = None if message.startswith(_OWN) else _NAMED.search(message, 0, 400)
    if named and message[named.end() : named.end() + 1] == " " and _is_name(message[: named.start()]):
        return Said(message[named.end() + 1 :], message[: named.start()], named["real"])
    return Said(message)


def _is_name(text: str) -> bool:
    """Whether it may be a name and is no sentence: a script's words stand in the journal like the daemon's own.

    One word is any account; a name of several is written with capitals, but for its particles.
    """
    words = text.split()
    if text != text.strip() or not 1 <= len(words) <= MOST_WORDS:
        return False
    return len(words) == 1 or all(word in _PARTICLES or not word[0].islower() for word in words)


def seen_from(event: Event, real: str) -> None:
    """The client's public address, and with its port the session: OpenVPN numbers none."""
    ip, port = address_port(real)
    if ip is None and real.count(":") > 2:
        ip, port = address_port(f"[{real.rpartition(':')[0]}]:{real.rpartition(':')[2]}")
    if ip:
        event.address = ip
        event.session_id = f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"

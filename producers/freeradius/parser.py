"""radius.log: a line in, one credential check out; the client's MAC or address and the access point or gateway with it.

An EAP login is told twice, by the inner tunnel (`via TLS tunnel`, the real identity) and by the outer session. Both
are events, told apart by `vendor_action`; an anonymous outer identity is no account.
"""

import re

from model.event import Basis, Event
from producers.forms import BLANKS, LONGEST_LINE, account, address, decode, known, mac
from producers.product import Context, Parsed, Refusal
from producers.syslog import Head, bare, event_of, open_head, take_time

_LEVEL = re.compile(
    r"(?:(Auth|Info|Error|Warning|Warn|Proxy|Debug|Acct|Notice): )?(?:\((\d{1,12})\) +)?(.*)", re.A | re.S
)
_WORDS = re.compile(r"(Login OK|Login incorrect|Invalid user|Multiple logins)(?=[: ])")
# What the server writes behind the user, to the end of the line: it is read from there, because a user may hold it too.
# Some sites' servers write three stations with slashes between them, of which the first calls.
_FROM = re.compile(
    r"\] \(from (?:client (?P<nas>[^\s()]{1,256})|unknown client [^\s()]{0,256})(?: port \d{1,10})?"
    r"(?: cli (?P<cli>[^\s()]{0,128})(?: / [^\s()/]{0,64}){0,2} ?)?(?P<inner> via TLS tunnel)?\)",
    re.A,
)
_USER_BEGINS, _USER_ENDS = ": [", "] (from "
_UNKNOWN_NAS = re.compile(r".* from unknown client (\S+)(?: port \d+)?.*", re.A | re.S)
_MARKED = re.compile(r"/(?:\*\*\*|<.*>)?$")
_DAEMONS = frozenset({"radiusd", "freeradius"})
_ANONYMOUS = frozenset({"anonymous", "anon", "nobody"})
_NAMELESS = "<no User-Name attribute>"  # a request without one: the server's word, nobody's name


def parse(record: bytes, context: Context) -> Parsed:
    """One line, as the server writes it (`Tue Nov  8 10:11:12 2022 : Auth: ...`) or as syslog brings it."""
    text = decode(record)
    head = _head(text, context)
    if head is not None:
        return [_event(head)]
    event = _event(bare(text, _DAEMONS))  # a collector may have taken the head away
    if event.action == "record.unrecognised" and event.address is None:
        return Refusal("not a line of radius.log: neither a time nor a syslog priority before it, and no login in it")
    return [event]


def _head(text: str, context: Context) -> Head | None:
    """The server's own file (`time : Level: text`), else syslog."""
    at, rest = take_time(text.strip(" \r\n\0\ufeff"), context)
    if at and rest.lstrip(" ").startswith(": "):
        return Head(rest.lstrip(" :"), *at)
    return open_head(text, context)


def _event(head: Head) -> Event:
    event = event_of(head, "freeradius", "auth", "record.unrecognised")
    match = _LEVEL.fullmatch(head.message)
    level, request, text = match.groups() if match else (None, None, head.message)
    event.vendor_action = level
    event.vendor_code = f"({request})" if request else None
    if len(text) > LONGEST_LINE:
        return event
    text = text.strip()
    if match := _WORDS.match(text):
        _login(event, match[1], text[match.end() :])
    elif match := _UNKNOWN_NAS.fullmatch(text):
        event.address = address(match[1])
        event.reason, event.outcome = "unknown client", "failure"
    return event


def _login(event: Event, word: str, rest: str) -> None:
    """`rest` is ` (why): [user] (from client ...)`; a line where the user could begin or end elsewhere stays unread."""
    at = rest.rfind(_USER_ENDS)
    # Behind it a site may have its own words (msg_goodpass); then the user must end in one place only.
    tail = _FROM.fullmatch(rest, at) or (_FROM.match(rest, at) if rest.find(_USER_ENDS) == at else None)
    why, begins, user = rest[: tail.start()].partition(_USER_BEGINS) if tail else ("", "", "")
    if tail is None or not begins or (why and _USER_BEGINS in user):
        return
    event.action = "account.authenticated"
    event.outcome = "success" if word == "Login OK" else "failure"
    event.reason = _reason(word, why)
    event.vendor_action = word + (tail["inner"] or "")
    event.account, event.account_domain = _who(user)
    event.account_basis = _basis(event, tail, user) if event.account else None
    event.reporter = known(tail["nas"]) or event.reporter
    event.protocol = "radius"
    _client(event, tail["cli"])


def _basis(event: Event, tail: re.Match[str], user: str) -> Basis:
    """The verdict is on the name inside the tunnel; the name outside is whatever the client sends.

    Where a password was struck out (`user/***`), what stood there may have been the user of `domain/user`; a user
    that holds the words behind a user is nobody's name.
    """
    plain = not user.endswith(("/***", "/")) and _USER_ENDS not in user
    return "authenticated" if event.outcome == "success" and tail["inner"] and plain else "claimed"


def _reason(word: str, why: str) -> str | None:
    """What stands in brackets behind the verdict, or plainly (`Multiple logins (max 1) [MPP attempt]`)."""
    why = why.strip()
    why = why[1:-1] if why.startswith("(") and why.endswith(")") else why.strip("()")
    if why := why.strip():
        return why
    return "no such user" if word == "Invalid user" else None


def _who(user: str) -> tuple[str | None, str | None]:
    plain = _MARKED.sub("", user.strip(BLANKS))
    name, domain = account(None if plain == _NAMELESS else plain)
    return (None, domain) if name in _ANONYMOUS else (name, domain)


def _client(event: Event, cli: str | None) -> None:
    """The calling station: a MAC on wireless and wired ports, an address on a VPN gateway.

    A machine's name that nobody has checked stays out where a MAC names the device: the weaker would speak for both.
    """
    cli = known(cli)
    event.mac = mac(cli)
    event.address = None if event.mac else address(cli)
    if event.account and event.account.endswith("$") and not (event.mac and event.account_basis == "claimed"):
        event.device = event.account[:-1]
    if event.device or event.mac:
        event.device_basis = "claimed" if event.device and event.account_basis == "claimed" else "observed"

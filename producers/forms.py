"""The forms in which vendors write users, addresses, MACs, hosts and nothing, each turned into one form."""

import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from string import whitespace

from model.event import Basis, Event
from model.reference import account_parts, folded, realm_name, serial_number

BLANKS = whitespace  # of ASCII alone, which is not what str.strip takes: a no-break space belongs to a name
# Markers are per format; a parser that has others passes its own set to `known`.
MISSING = frozenset({"", "-", '""', "N/A", "n/a", "NA", "None", "none", "Unknown", "unknown", "(null)", "<null>", "--"})
MISSING_ADDRESSES = frozenset({"0.0.0.0", "::"})
NOBODY = frozenset({"", "-", '""', "N/A", "n/a", "(null)", "<null>", "<unknown>"})
_NOBODY_FOLDED = frozenset(map(folded, NOBODY))
LONGEST_LINE = 8192  # characters of a text line that patterns are tried on; longer ones are kept, not understood
CUT = frozenset({1023, 1024, 2047, 2048, 4095, 4096, 8191, 8192})  # bytes at which relays and daemons cut a record
LONGEST_CACHED = 320  # nobody fills our caches with megabytes

_MAC = re.compile(r"[0-9a-f]{12}")
_MAC_SEPARATED = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}|[0-9a-f]{12}", re.I)
_BRACKETED = re.compile(r"\[([^\]]*)\](?:[:/](\d{1,5}))?", re.A)
_V4_PORT = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})(?:[:/#](\d{1,5})|\((\d{1,5})\))?", re.A)
# IPv6 with a port in the other spellings of RFC 5952, section 6; eight groups and one more end in a port, too.
_V6_PORT = re.compile(
    r"([0-9A-Fa-f:]{2,39})(?:#|p| port |\.)(\d{1,5})|([0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){7}):(\d{1,5})", re.A
)
_SAFE_HOST = re.compile(r"[^\s/?#@\"'<>]+")


def decode(record: bytes) -> str:
    """A record as text: UTF-8, else Latin-1, so that no byte is lost and a name in the old code page stays readable."""
    try:
        return record.decode()
    except UnicodeDecodeError:
        return record.decode("latin-1")


def is_cut(record: bytes) -> bool:
    """Whether a record has a length at which relays cut: its last field may be the beginning of another value.

    For formats whose grammar cannot tell; what shows its end is whole at any length. A relay that writes a head of its
    own hides the length.
    """
    return len(record) in CUT


def known(text: str | None, missing: frozenset[str] = MISSING) -> str | None:
    """The text without blanks around it, or None where it is a marker for "nothing"."""
    if text is None:
        return None
    text = text.strip(BLANKS)
    return None if text in missing else text


def account(text: str | None) -> tuple[str | None, str | None]:
    """A user as (account, realm) in the form of `model.reference.account_parts`; nobody where it is a marker for it."""
    if text is None:
        return None, None
    return _account(text) if len(text) <= LONGEST_CACHED else _split_account(text)


def realm(text: str | None) -> str | None:
    """A domain that stands in a field of its own, as `account` gives it; None where it is a marker for nothing."""
    return None if text is None or text.strip(BLANKS) in NOBODY else realm_name(text)


def serial(text: str | None) -> str | None:
    """A serial number, or None where it is one that many machines have (`model.reference.serial_number`)."""
    return serial_number(text) or None


def name_account(event: Event, text: str | None, basis: Basis) -> None:
    """Gives the event the account that `text` names, and how the record came by it; nothing where it names nobody."""
    name, domain = account(text)
    if name is not None:
        event.account, event.account_domain, event.account_basis = name, domain, basis


def name_target(event: Event, text: str | None, domain: str | None = None) -> None:
    """Gives the event the account acted upon that `text` names, with its realm: its own, else the field `domain`."""
    name, own = account(text)
    event.target_account, event.target_domain = name, (own or realm(domain)) if name else None


def _split_account(text: str) -> tuple[str | None, str | None]:
    return (None, None) if folded(text.strip(BLANKS)) in _NOBODY_FOLDED else account_parts(text)


_account = lru_cache(maxsize=65536)(_split_account)


def address_port(text: str | None) -> tuple[str | None, int | None]:
    """An address without brackets, zone id or glued port, and that port; IPv4 where it is IPv4-mapped IPv6.

    (None, None) where it is no address, or one that stands for nothing (`0.0.0.0`, `::`).
    """
    if text is None or len(text) > LONGEST_CACHED:
        return None, None
    return _address_port(text)


def address(text: str | None) -> str | None:
    """As `address_port`, the address alone."""
    return address_port(text)[0]


@lru_cache(maxsize=65536)
def _address_port(text: str) -> tuple[str | None, int | None]:
    text = text.strip()
    host, port = text, None
    if match := _BRACKETED.fullmatch(text):
        host, port = match[1], match[2]
    elif match := _V4_PORT.fullmatch(text):
        host, port = match[1], match[2] or match[3]
    elif (match := _V6_PORT.fullmatch(text)) and ":" in host:
        host, port = match[1] or match[3], match[2] or match[4]
    found = _canonical(host)
    return found, int(port) if found and port else None


def _canonical(host: str) -> str | None:
    try:
        ip = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return None if str(ip) in MISSING_ADDRESSES else str(ip)


def mac(text: str | None) -> str | None:
    """A MAC as aa:bb:cc:dd:ee:ff, from any of its four forms, with or without `:SSID` behind; None if it is none."""
    if text is None or len(text) > LONGEST_CACHED:
        return None
    return _mac(text)


@lru_cache(maxsize=65536)
def _mac(text: str) -> str | None:
    match = _MAC_SEPARATED.match(text.strip())
    if not match or text.strip()[match.end() : match.end() + 1].isalnum():
        return None
    digits = match[0].lower().replace(":", "").replace("-", "").replace(".", "")
    if not _MAC.fullmatch(digits) or digits == "000000000000":
        return None
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def mac_of_duid(duid: str) -> str | None:
    """The MAC that a DUID of type LLT (1) or LL (3) for Ethernet holds: one of the client's, RFC 8415 §11."""
    parts = [part.zfill(2).lower() for part in duid.split(":")]
    if parts[:4] == ["00", "01", "00", "01"] and len(parts) == 14:
        return mac(":".join(parts[8:]))
    if parts[:4] == ["00", "03", "00", "01"] and len(parts) == 10:
        return mac(":".join(parts[4:]))
    return None


def host_of(url: str | None) -> str | None:
    """The host of a URL, with or without scheme: lower-case, no user, no port, no brackets, no trailing dot."""
    if not url:
        return None
    rest = url.partition("://")[2] or url
    for end in "/?#":
        rest = rest.partition(end)[0]
    rest = rest.rpartition("@")[2]
    if rest.startswith("["):
        return address(rest)
    host = rest.partition(":")[0].rstrip(".").lower()
    return host if _SAFE_HOST.fullmatch(host) else None


def whole(text: str | None) -> int | None:
    """A count written in decimal digits, or None; never negative, never over 64 bits."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    return min(int(text), 2**63 - 1)


def port(text: str | None) -> int | None:
    """A port of TCP or UDP, or None where the text is none."""
    number = whole(text)
    return number if number is not None and 0 < number < 65_536 else None


_PROTOCOLS = {"1": "icmp", "2": "igmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "58": "icmp6", "103": "pim"}
_PROTOCOL_WORD = re.compile(r"[A-Za-z][\w-]{1,15}", re.A)


def protocol(text: str | None) -> str | None:
    """A protocol of IP in lower case, by its word or its number (IANA); None for a number without a common word."""
    if text is None or text in MISSING:
        return None
    return _PROTOCOLS.get(text) or (text.lower() if _PROTOCOL_WORD.fullmatch(text) else None)


_METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})


def http_method(text: str | None) -> str | None:
    """The method of a web request; None for a word that is none (a client may write any)."""
    return text if text in _METHODS else None

"""Every way in which a name is written down: of a person, a device, a network card, an address; pure text."""

import base64
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from ipaddress import ip_address

from model.reference import mac_text

_LIKE_AN_ADDRESS = re.compile(r"\[?[0-9A-Fa-f]*[.:][0-9A-Fa-f:.]*(%\S*)?\]?")  # only such are asked: refusing is dear
_EUI64 = re.compile(r"(?=([0-9a-f]{6})fffe([0-9a-f]{6}))")
_DOCUMENTATION = ("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:")
_SMALL, _SIGNS = bytes(range(256)).lower(), bytes(sign for sign in range(128) if not chr(sign).isalnum())
_PLAIN = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ı": "i",
                        "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH"})  # fmt: skip
_IN_TWO = str.maketrans({"ä": "ae", "Ä": "Ae", "ö": "oe", "Ö": "Oe", "ø": "oe", "Ø": "Oe", "ü": "ue", "Ü": "Ue",
                         "å": "aa", "Å": "Aa"})  # fmt: skip
_URL_SAFE = str.maketrans("+/", "-_")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d{5,}")  # of an id: fewer digits are statuses, ports and years as well
SHORTEST = 3  # letters and digits; less is no name inside other text
SHORTEST_WORD = 2  # letters of a name that stands alone


def squeezed(text: str) -> str:
    """Only letters and digits, small, without accents, in the compatible form: `José.Núñez` is `josenunez`."""
    if text.isascii():
        return text.encode().translate(_SMALL, _SIGNS).decode()
    if (plain := text.replace("\N{REPLACEMENT CHARACTER}", "")).isascii():  # what stands for a query string
        return plain.encode().translate(_SMALL, _SIGNS).decode()
    text = "".join(
        one for one in unicodedata.normalize("NFKD", text.translate(_PLAIN)) if not unicodedata.combining(one)
    )
    return "".join(filter(str.isalnum, text.casefold()))


def names_of(row: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """What names the person of a row of users.csv (squeezed): what is theirs whole; first and family names alone."""
    email, person = row.get("email", ""), row.get("sourcedId", "")
    whole = {person, row.get("username", ""), email, email.partition("@")[0], *_NUMBER.findall(person)}
    firsts = [row.get("givenName", ""), row.get("preferredGivenName", "")]
    lasts = [row.get("familyName", ""), row.get("preferredFamilyName", "")]
    alone = {squeezed(part) for name in (*firsts, *lasts) for part in _WORD.findall(name)}
    families = _written(lasts)
    for first in _written(firsts):
        for last in families:
            whole |= {first + last, last + first, first[0] + last, last + first[0], first + last[0], last[0] + first}
    alone |= {*_written(firsts), *families}
    return _long(whole), {one for one in alone if len(one) >= SHORTEST_WORD}


def _written(names: list[str]) -> set[str]:
    """Names as they are squeezed, and with two letters for one as `Mueller` for Müller."""
    found = {squeezed(one) for name in names for one in (name, unicodedata.normalize("NFC", name).translate(_IN_TWO))}
    return found - {""}


def hosts_of(name: str) -> set[str]:
    """A machine's name, whole and its first label (squeezed); an address is left whole."""
    plain = name.rstrip(".$")
    label = plain if ":" in plain or plain.replace(".", "").isdigit() else plain.partition(".")[0]
    return _long({plain, label})


def cards_of(mac: str) -> set[str]:
    """A network card (squeezed: all four notations are one)."""
    return _long({mac_text(mac) or mac})


def notations(mac: str) -> set[str]:
    """The four usual notations of a card, small."""
    plain = mac_text(mac).replace(":", "")
    if not plain:
        return set()
    pairs = [plain[n : n + 2] for n in range(0, 12, 2)]
    return {plain, ":".join(pairs), "-".join(pairs), ".".join(plain[n : n + 4] for n in (0, 4, 8))}


def address_of(text: str) -> str:
    """An address in its one spelling, without a zone; empty where it is none. An IPv4 inside an IPv6 is the IPv4."""
    if (":" not in text and text.partition("%")[0].count(".") != 3) or not _LIKE_AN_ADDRESS.fullmatch(text):
        return ""
    try:
        found = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def exploded(address: str) -> str:
    """An address with every digit: what a machine made of its network card stands there whole."""
    return ip_address(address).exploded


def cards_within(plain: str) -> Iterator[str]:
    """Network cards (squeezed) of which a squeezed text holds the EUI-64, as an IPv6 address made of one does."""
    for match in _EUI64.finditer(plain):
        first, rest = int(match[1][:2], 16), match[1][2:]
        yield f"{first ^ 2:02x}{rest}{match[2]}"  # the second bit is turned over: RFC 4291, appendix A


@lru_cache(100_000)
def is_outside(address: str) -> bool:
    """Whether an address is one of the internet's, where somebody may live; documentation ranges count as such."""
    found = ip_address(address)
    return not (found.is_private or found.is_link_local or found.is_loopback) or address.startswith(_DOCUMENTATION)


def encoded(name: str) -> Iterator[str]:
    """The same name in hexadecimal and base64 at the three places where it can begin, small and squeezed.

    Only what does not depend on its neighbors; what is shorter than six signs by then proves nothing.
    """
    content = name.encode()
    yield content.hex()
    for lead in range(3):
        made = base64.b64encode(b"\0" * lead + content).decode().rstrip("=")
        inner = made[(0, 2, 3)[lead] : len(made) - (1 if (lead + len(content)) % 3 else 0)]
        if len(inner) >= 6:
            yield squeezed(inner)


def spelled(text: str) -> list[str]:
    """What a word spells in hexadecimal, base32 or base64, where it spells something."""
    plain = text.rstrip("=")
    tries = ((bytes.fromhex, text), (base64.b32decode, plain.upper() + "=" * (-len(plain) % 8)),
             (base64.urlsafe_b64decode, plain.translate(_URL_SAFE) + "=" * (-len(plain) % 4)))  # fmt: skip
    found = []
    for decode, written in tries:
        try:
            found.append(decode(written).decode("utf-8"))
        except ValueError:  # also what base64 raises
            continue
    return [one for one in found if one.isprintable()]


def _long(found: set[str]) -> set[str]:
    return {one for one in map(squeezed, found) if len(one) >= SHORTEST}

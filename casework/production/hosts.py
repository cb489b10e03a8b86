"""Which host names may be shown: a public site as far as its name is nobody's; a system of the district is not."""

import base64
import binascii
import re

from casework.production.asked import Cell, left_out
from casework.production.names import address_of, is_outside
from casework.production.people import People
from casework.production.words import Accounts
from model.policy import base_policy
from model.reference import host_name

# Under these, names are given out one level deeper: example.co.uk, school.k12.ok.us.
_REGISTRIES = frozenset({"co", "com", "org", "net", "edu", "gov", "ac", "k12", "sch", "school"})
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,38}[a-z0-9])?")
_NUMBERED = re.compile(r"([a-z]+)\d{0,2}")
_MASK = "\0"
_LIMIT = 100_000  # remembered hosts


class Hosts:
    """Hosts of web addresses and of connections, for one request."""

    def __init__(self, people: People, accounts: Accounts) -> None:
        self._people = people
        self._accounts = accounts
        self._well_known = base_policy().well_known
        self._asked = {host_name(one) for one in people.asked.domains}
        self._known: dict[str, Cell | str] = {}

    def shown(self, host: str) -> Cell | str:
        """The host, with `\\0` for the labels that are left out; a cell where nothing of it may stand."""
        found = self._known.get(host)
        if found is None:
            if len(self._known) >= _LIMIT:
                self._known.clear()
            found = self._known[host] = self._decided(host_name(host))
        return found

    def _decided(self, host: str) -> Cell | str:
        if plain := address_of(host):
            outside = "home_address" if plain in self._people.homes else "student"
            return left_out(outside if is_outside(plain) else "security")
        if not host.isascii() or "xn--" in host or "." not in host:
            return left_out("security" if host.isascii() and "." not in host else "student")
        if self._is_internal(host):
            return left_out("security")
        labels = host.split(".")
        kept = self._public_end(labels)
        if not all(map(_LABEL.fullmatch, labels)) or not self._may_stand(labels[-kept:], host):
            return left_out("student")
        lead = [label for label in labels[:-kept] if label]
        shown = [label if self._is_usual(label) else _MASK for label in lead]
        return ".".join([*_merged(shown), *labels[-kept:]])

    def _is_internal(self, host: str) -> bool:
        """A machine of the tables, or a name under one of the district's own domains that is not its web site."""
        if self._people.device_of(host):
            return True
        own = [name for name in self._people.realms.names or () if "." in name]
        inside = any(host.endswith("." + name) for name in own)
        return inside and not host.startswith("www.") and host not in self._people.listed

    def _public_end(self, labels: list[str]) -> int:
        """How many labels at the end are one registered name, or a name that a list tells."""
        for n in range(len(labels)):
            name = ".".join(labels[n:])
            if name in self._asked or name in self._people.listed:
                return len(labels) - n
        if labels[-1] == "us" and "k12" in labels[:-1]:
            return min(len(labels), 4)
        deeper = len(labels) > 2 and labels[-2] in _REGISTRIES and len(labels[-1]) == 2
        return 3 if deeper else min(2, len(labels))

    def _may_stand(self, labels: list[str], host: str) -> bool:
        name = ".".join(labels)
        if name in self._asked or name in self._people.listed or self._well_known(host):
            return True
        return all(self._accounts.names_nobody(label) and self._decodes_to_nobody(label) for label in labels[:-1])

    def _is_usual(self, label: str) -> bool:
        found = _NUMBERED.fullmatch(label)
        return bool(found and self._accounts.is_known_word(found[1]) and label not in self._people.others)

    def _decodes_to_nobody(self, label: str) -> bool:
        return all(self._accounts.names_nobody(text) for text in _decoded(label))


def _decoded(label: str) -> list[str]:
    """What a label spells in hexadecimal or base32, where it spells something."""
    found = []
    for decode, text in ((bytes.fromhex, label), (base64.b32decode, label.upper() + "=" * (-len(label) % 8))):
        try:
            found.append(decode(text).decode("utf-8"))
        except (ValueError, binascii.Error):
            continue
    return [text for text in found if text.isprintable()]


def _merged(labels: list[str]) -> list[str]:
    """Labels that are left out side by side are one."""
    return [label for n, label in enumerate(labels) if label != _MASK or n == 0 or labels[n - 1] != _MASK]

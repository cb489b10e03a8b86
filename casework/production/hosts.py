"""Which host names may be shown: a public site as far as its name is nobody's; a system of the district is not."""

import re

from casework.production.asked import Cell, left_out
from casework.production.names import address_of, is_outside, squeezed
from casework.production.people import People
from casework.production.treatments import redaction
from casework.production.words import Accounts
from model.policy import base_policy
from model.reference import host_name

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,38}[a-z0-9])?")
_NUMBERED = re.compile(r"([a-z]+)\d{0,2}")
_MASK = "\0"
_SPELLED, _LONG = 3, 5  # letters of a name that stands across dots: letter by letter, or in longer pieces
_LIMIT = 100_000  # remembered hosts


class Hosts:
    """Hosts of web addresses and of connections, for one request."""

    def __init__(self, people: People, accounts: Accounts) -> None:
        self._people = people
        self._accounts = accounts
        names = people.realms.names or frozenset()
        self._nobodys = {one for one in (*names, *base_policy().well_known_hosts) if "." in one}
        self._asked = {host_name(one) for one in people.asked.domains}
        self._suffix = redaction().public_suffixes.labels
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
        labels = host.split(".")
        if self._is_internal(host) or not self._is_public(host, labels):
            return left_out("security")
        free = self._nobodys_end(labels)
        kept = max(self._public_end(labels), free)
        lead = [label for label in labels[:-kept] if label]
        shown = [*_merged([label if self._is_usual(label) else _MASK for label in lead]), *labels[-kept:]]
        fits = all(map(_LABEL.fullmatch, labels)) and all(map(self._may_stand, labels[-kept : len(labels) - free]))
        if not fits or (".".join(labels[-kept:]) not in self._asked and self._reaches_over(shown, free)):
            return left_out("student")
        return ".".join(shown)

    def _is_internal(self, host: str) -> bool:
        """A machine of the tables, or a name under one of the district's own domains that is not its web site."""
        if self._people.device_of(host):
            return True
        own = [name for name in self._people.realms.names or () if "." in name]
        inside = any(host.endswith("." + name) for name in own)
        return inside and not host.startswith("www.") and host not in self._people.listed

    def _is_public(self, host: str, labels: list[str]) -> bool:
        """Whether its end is a public one, or a list tells a name that it stands under."""
        names = (".".join(labels[n:]) for n in range(len(labels)))
        known = self._nobodys | self._asked | self._people.listed
        return self._suffix(labels) > 0 or any(name in known for name in names)

    def _public_end(self, labels: list[str]) -> int:
        """How many labels at the end are one registered name, or a name that a list tells."""
        for n in range(len(labels)):
            name = ".".join(labels[n:])
            if name in self._asked or name in self._people.listed:
                return len(labels) - n
        return min(len(labels), max(1, self._suffix(labels)) + 1)

    def _nobodys_end(self, labels: list[str]) -> int:
        """How many labels at the end name nobody, whoever is called so: what the request names, a realm of the
        district, a site that everybody knows, else a public suffix."""
        ends = (n for n in range(len(labels)) if ".".join(labels[n:]) in self._nobodys | self._asked)
        first = next(ends, None)
        return self._suffix(labels) if first is None else len(labels) - first

    def _may_stand(self, label: str) -> bool:
        return self._accounts.names_nobody(label) and not self._accounts.hides(label)

    def _reaches_over(self, shown: list[str], free: int) -> bool:
        """Whether somebody's name stands across the dots of what is shown; the end that is nobody's counts as one."""
        lead, end = shown[: len(shown) - free], "".join(shown[len(shown) - free :])
        least = _SPELLED if any(len(one) < _SPELLED for one in lead if one != _MASK) else _LONG
        return self._accounts.reaches_over([squeezed(one) for one in (*lead, end) if one != _MASK], least)

    def _is_usual(self, label: str) -> bool:
        found = _NUMBERED.fullmatch(label)
        return bool(found and self._accounts.is_known_word(found[1]) and label not in self._people.others)


def _merged(labels: list[str]) -> list[str]:
    """Labels that are left out side by side are one."""
    return [label for n, label in enumerate(labels) if label != _MASK or n == 0 or labels[n - 1] != _MASK]

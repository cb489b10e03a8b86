"""What kind of host an event went to: by the district's domains.csv, else the filter's word, else what everybody knows.

Hot: it is asked for every web request, so the filter's and everybody's word are worked out once for each host.
"""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from model.policy import Policy
from model.reference import Reference
from model.vocabulary import DomainCategory

Words = Mapping[DomainCategory, tuple[str, ...]]  # our category -> the filter's words for it
_MOST = 200_000
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")))

# Only a memo: the answer follows from the key, for a policy's hash names its whole text.
_told: dict[tuple[str, str, str | None, str | None], "Kind"] = {}


class Kind(NamedTuple):
    """A category of domains.csv, and who says so: `district`, `filter` or `well known`."""

    category: str | None
    by: str


UNKNOWN = Kind(None, "nobody")


def kind_of(
    host: str | None, said: str | None, at: int, reference: Reference, policy: Policy, detection: str, words: Words
) -> Kind:
    """The kind of a host; `said` is the filter's category or the firewall's application, `words` are the pack's."""
    if host is not None:
        row = reference.domain_category(host, at)
        if row is not None:
            return Kind(row.category, "district")
    key = (policy.hash, detection, host, said)
    found = _told.get(key)
    if found is None:
        if len(_told) >= _MOST:
            _told.clear()
        found = _told[key] = _work_out(host, said, policy, words)
    return found


def _work_out(host: str | None, said: str | None, policy: Policy, words: Words) -> Kind:
    plain = f" {' '.join(_letters(said).split())} " if said else ""
    for category, phrases in words.items() if plain else ():
        if any(f" {' '.join(_letters(phrase).split())} " in plain for phrase in phrases):
            return Kind(category, "filter")
    known = policy.well_known(host) if host else None
    return Kind(known, "well known") if known else UNKNOWN


def _letters(text: str) -> str:
    return "".join(c if c.isalnum() else " " for c in text.lower()[:200])


@lru_cache(maxsize=65536)
def is_inside(text: str | None) -> bool:
    """Whether this is a private address, of a machine inside; a name is not looked up."""
    try:
        address = ip_address(text or "")
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE if network.version == address.version)

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
    memo = _memos.get(detection)
    if memo is None or memo.policy is not policy or len(memo.kinds) >= _MOST:
        memo = _memos[detection] = _Memo(policy, words)
    found = memo.kinds.get((host, said))
    if found is None:
        found = memo.kinds[host, said] = memo.work_out(host, said)
    return found


class Phrases:
    """The pack's words for categories, each found whole in what a filter says."""

    def __init__(self, words: Words) -> None:
        self._phrases = [(category, _whole(phrase)) for category, phrases in words.items() for phrase in phrases]

    def first(self, said: str) -> DomainCategory | None:
        """The first category, in the pack's order, of which a word stands in what was said."""
        plain = _whole(said)
        return next((category for category, phrase in self._phrases if phrase in plain), None)


class _Memo:
    """Answers of one detection under one policy; each follows from host and word alone."""

    def __init__(self, policy: Policy, words: Words) -> None:
        self.policy = policy
        self.kinds: dict[tuple[str | None, str | None], Kind] = {}
        self._by_word: dict[str, str | None] = {}
        self._phrases = Phrases(words)

    def work_out(self, host: str | None, said: str | None) -> Kind:
        if said and said not in self._by_word:
            self._by_word[said] = self._phrases.first(said)
        word = self._by_word[said] if said else None
        if word is not None:
            return Kind(word, "filter")
        known = self.policy.well_known(host) if host else None
        return Kind(known, "well known") if known else UNKNOWN


_memos: dict[str, _Memo] = {}


def _whole(text: str) -> str:
    """The words of a text, with one space around each, so that a phrase is found whole."""
    return f" {' '.join(letters(text).split())} "


def letters(text: str) -> str:
    """A text in small letters, with a blank for whatever is neither a letter nor a digit."""
    return "".join(c if c.isalnum() else " " for c in text.lower()[:200])


@lru_cache(maxsize=65536)
def is_inside(text: str | None) -> bool:
    """Whether this is a private address, of a machine inside; a name is not looked up."""
    try:
        address = ip_address(text or "")
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE if network.version == address.version)

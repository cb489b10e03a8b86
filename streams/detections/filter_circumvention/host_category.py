"""What a host is: what the district's domains.csv says, else the filter's own word, else what everybody knows."""

from typing import NamedTuple

from model.policy import Policy
from model.reference import Reference

# Apple's private relay, a default of the browser: a tag, never a signal.
RELAYS = ("mask.icloud.com", "mask-h2.icloud.com", "mask-api.icloud.com", "mask-t.apple-dns.net")
TELLING = frozenset({"encrypted_dns", "unrated"})  # categories that are signs besides the pack's own
_MOST = 200_000


class Rated(NamedTuple):
    """What filter and common knowledge say of a host; `counts`: whether that makes it a possible sign."""

    category: str | None
    by: str
    counts: bool


# Only a memo: the answer follows from the key, for a policy's hash names its whole text.
_rated: dict[tuple[str, str | None, str | None], Rated] = {}


def rated(host: str | None, said: str | None, policy: Policy) -> Rated:
    """What the filter's word `said`, else what everybody knows, makes of a host. Hot: most events end here."""
    key = (policy.hash, host, said)
    found = _rated.get(key)
    if found is None:
        if len(_rated) >= _MOST:
            _rated.clear()
        found = _rated[key] = _rate(host, said, policy)
    return found


def _rate(host: str | None, said: str | None, policy: Policy) -> Rated:
    counting = TELLING.union(policy.detections.filter_circumvention.parameters.categories)
    word = said_category(said, policy)
    known = policy.well_known(host) if host and word in (None, "unrated") else None
    category = known or word
    counts = word in counting or category in counting or is_relay(host)
    return Rated(category, "well known" if known else "filter", counts)


def category_of(
    host: str | None, said: str | None, at: int, reference: Reference, policy: Policy
) -> tuple[str | None, str]:
    """A host's category and who says so: `district`, `filter` or `well known`."""
    row = reference.domain_category(host, at) if host else None
    if row is not None:
        return row.category, "district"
    return rated(host, said, policy)[:2]


def said_category(said: str | None, policy: Policy) -> str | None:
    """A filter's own word as a category of ours; `unrated`, `other`, or None where it says nothing."""
    if not said:
        return None
    rules = policy.detections.filter_circumvention.parameters
    word = said.lower()
    for category, words in rules.filter_categories.items():
        if _says(word, words):
            return category
    return "unrated" if _says(word, rules.unrated_categories) else "other"


def _says(word: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of the phrases stands in the filter's words, whole."""
    plain = f" {' '.join(''.join(c if c.isalnum() else ' ' for c in word).split())} "
    return any(f" {' '.join(phrase.replace('-', ' ').split())} " in plain for phrase in phrases)


def is_relay(host: str | None) -> bool:
    """Whether a host is Apple's private relay."""
    return host is not None and any(host == name or host.endswith(f".{name}") for name in RELAYS)

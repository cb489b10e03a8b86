"""Protected speech: of a request about a no-go topic only that the web was used is judged; the topic is not stored.

It is the first thing that happens to an event here, before anything is remembered, judged or given out to be stored.
Which topics: the pack's `protected_speech`, and the category `sensitive` of domains.csv (N14; ADR 0016).
"""

from collections.abc import Callable

from model.policy import Policy
from model.policy.whole import AROUND
from model.protected_speech import TOLD_IN, without_topic
from model.reference import Reference
from model.vocabulary import SENSITIVE
from streams.engine.settings import Settings
from streams.patterns.host_kinds import Phrases, is_inside
from streams.seen import Seen

# What is left out of the judgment besides: the size of a page, or how it was asked for, may tell which page it was.
_UNREAD = (
    "url_category",
    "bytes_in",
    "bytes_out",
    "duration_s",
    "vendor_code",
    "method",
    "destination_port",
    "protocol",
)
_MOST = 200_000
_LATEST = 1 << 53  # ms: an event without a time is taken by the tables of now
_UNKNOWN = (0, 0, False)


class NoGo:
    """Tells which events are about protected speech, and hides what they are about."""

    def __init__(self, reference: Reference, settings: Settings, unchanged: Callable[[int], tuple[int, int]]) -> None:
        """`unchanged`: in which stretch around an instant (ms) no table changes."""
        self._reference = reference
        self._settings = settings
        self._unchanged = unchanged
        self._policy: Policy | None = None
        self._phrases = Phrases({})
        # Only a memo: by host, destination and the filter's word, over which stretch it holds, and what it is.
        self._known: dict[tuple[str | None, str | None, str | None], tuple[int, int, bool]] = {}

    def changed(self) -> None:
        """A table or the policy has changed."""
        self._known.clear()

    def hide(self, seen: Seen, line: bytes) -> bytes:
        """The line to store; the line as it is where the event is about no such topic. `seen` loses the topic, too.

        When it was (`seen.at`) must be known.
        """
        if not seen.url_category and not seen.domain and not (seen.destination and seen.category == "proxy"):
            return line
        if not self._is_sensitive(seen):
            return line
        stored = without_topic(line)
        for name in TOLD_IN + _UNREAD:
            setattr(seen, name, None)
        seen.sensitive = True
        return stored

    def _is_sensitive(self, seen: Seen) -> bool:
        if seen.url_category == SENSITIVE:
            return True  # hidden before: an event that is judged anew
        at = _LATEST if seen.occurred_at is None else seen.at
        about = (seen.domain, seen.destination, seen.url_category)
        since, until, found = self._known.get(about, _UNKNOWN)
        if not since <= at < until:
            if len(self._known) >= _MOST:
                self._known.clear()
            found = self._work_out(seen, at)
            self._known[about] = (*self._unchanged(at), found)
        return found

    def _work_out(self, seen: Seen, at: int) -> bool:
        policy = self._settings.policy_at(at) if self._settings.policies else self._settings.defaults
        host = seen.domain or seen.destination
        row = self._reference.domain_category(host, at) if host else None
        if row is None:
            return self._says(host, seen.url_category, policy) and not self._is_ours(host, seen.destination, at)
        return row.category == SENSITIVE and policy.well_known(row.domain) not in AROUND

    def _is_ours(self, host: str | None, destination: str | None, at: int) -> bool:
        """The district's own systems are no topic, whatever a filter calls them: the nurse's office is a system."""
        inside = is_inside(host) or is_inside(destination)
        return inside or (host is not None and self._reference.device_named(host, at) is not None)

    def _says(self, host: str | None, said: str | None, policy: Policy) -> bool:
        """Whether the filter's word, or what everybody knows of the host, is such a topic. A word of a way around the
        filter among several, or a host that is known as one, outweighs it: nobody hides behind a topic."""
        if policy is not self._policy:
            self._policy = policy
            around = policy.detections.filter_circumvention.parameters.filter_categories
            ways = {category: words for category, words in around.items() if category in AROUND}
            self._phrases = Phrases({**ways, SENSITIVE: policy.protected_speech.filter_categories})
        known = policy.well_known(host) if host else None
        word = self._phrases.first(said) if said else None
        return known not in AROUND and SENSITIVE in (word, word or known)

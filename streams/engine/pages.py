"""What detections pass over by the page alone: worked out once for each page, for as long as no table changes.

Most web requests are for pages that interest nobody; this makes one question of the many that were the same.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from model.reference import Reference
from streams.engine.docket import Docket
from streams.engine.settings import Settings
from streams.seen import Seen, page_of

_MOST = 100_000
_WEB = "web.requested"


class _PassedOver(NamedTuple):
    """Below how many bytes each detection passes over a page, over [since, until) (ms)."""

    since: int
    until: int
    below: Mapping[Docket, int]


class Pages:
    """A memo of the detections' `passes_over`. `unchanged`: in which stretch around an instant no table changes."""

    def __init__(self, reference: Reference, settings: Settings, unchanged: Callable[[int], tuple[int, int]]) -> None:
        self._reference = reference
        self._settings = settings
        self._unchanged = unchanged
        self._asked: list[Docket] = []
        self._known: dict[tuple[object, ...], _PassedOver] = {}

    def ask(self, dockets: Iterable[Docket]) -> None:
        """Let these detections pass over pages from now on, and no others."""
        self._asked = [docket for docket in dockets if docket.detection.passes_over]
        self._known.clear()

    def changed(self) -> None:
        """A table or the policy has changed."""
        self._known.clear()

    def passed_over(self, seen: Seen) -> Mapping[Docket, int]:
        """Below how many bytes of an answer a detection passes over an event; one that is not named looks at it."""
        if seen.action != _WEB:
            return _NONE
        page = page_of(seen)
        found = self._known.get(page)
        if found is None or not found.since <= seen.at < found.until:
            if len(self._known) >= _MOST:
                self._known.clear()
            policy = self._settings.policy_at(seen.at)
            below = {
                docket: passes_over(page, seen.at, self._reference, policy)
                for docket in self._asked
                if (passes_over := docket.detection.passes_over)
            }
            found = self._known[page] = _PassedOver(*self._unchanged(seen.at), below)
        return found.below


_NONE: Mapping[Docket, int] = {}

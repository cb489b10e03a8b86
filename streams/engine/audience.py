"""Which detections look at a record: worked out once for each kind of record, for as long as no table changes.

Most records are of a kind that came before, whoever they are about; this makes one question of the many that were the
same. Whom a record concerns is asked of each answer of attribution (`Answer.hearers`), and is no part of it.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple

import msgspec

from model.policy import Policy
from model.reference import Reference
from streams.detection import ALWAYS
from streams.engine.docket import Docket, listens
from streams.engine.settings import Settings
from streams.memory.watermarks import NEVER
from streams.seen import WEB, Kind, Page, Seen, asks, kind_of, page_of

_MOST = 50_000  # kinds, some 3 kB each; beyond that they are worked out anew


class Look(NamedTuple):
    """A detection that looks at records of a kind."""

    docket: Docket
    below: int  # it passes over answers of fewer bytes
    continues: bool  # whether one that goes on from another makes that one's run longer, and no more


class Lookers(NamedTuple):
    """Of the detections that a record concerns, those that look at its kind, and those that count who was active."""

    looks: list[Look]
    counting: list[Docket]


class Asked(msgspec.Struct, gc=False):
    """What the detections say of one kind of record, over [since, until) (ms)."""

    since: int
    until: int
    policy: Policy
    page: Page | None  # of a web request
    below: dict[Docket, int]  # under how many bytes each passes over it
    readers: list[Docket]  # those that read records of the kind, whatever they are about
    _lookers: dict[tuple[Docket, ...], Lookers] = {}

    def lookers(self, hearers: tuple[Docket, ...]) -> Lookers:
        """Who looks at it of these detections, which it concerns."""
        found = self._lookers.get(hearers)
        if found is None:
            below = [(docket, self.below.get(docket, NEVER)) for docket in hearers]
            looks = [Look(docket, least, self._continues(docket)) for docket, least in below if least < ALWAYS]
            found = self._lookers[hearers] = Lookers(looks, [docket for docket in hearers if docket.sites])
        return found

    def _continues(self, docket: Docket) -> bool:
        continues = docket.detection.continues
        return bool(self.page and continues and continues(self.page, self.policy))


class Audience:
    """A memo of what detections say of kinds of records. `unchanged`: where around an instant no table changes."""

    def __init__(self, reference: Reference, settings: Settings, unchanged: Callable[[int], tuple[int, int]]) -> None:
        self._reference = reference
        self._settings = settings
        self._unchanged = unchanged
        self._dockets: list[Docket] = []
        self._listening: dict[str, list[Docket]] | None = None  # by action
        self.reading: list[Docket] = []  # those that read records, whatever their action
        self._asked: dict[Hashable, Asked] = {}

    def ask(self, dockets: Iterable[Docket]) -> None:
        """Let these detections hear from now on, and no others."""
        self._dockets = list(dockets)
        self.changed()

    def changed(self) -> None:
        """A table or the policy has changed."""
        self._listening = None
        self._asked.clear()

    def listeners(self, action: str) -> list[Docket]:
        """The detections that are on and listen to an action."""
        if self._listening is None:
            self._listening = {}
            on = [docket for docket in self._dockets if listens(docket.detection, self._settings)]
            self.reading = [docket for docket in on if docket.detection.reads]
            for docket in on:
                for heard in docket.detection.on:
                    self._listening.setdefault(heard, []).append(docket)
        return self._listening.get(action, [])

    def of(self, seen: Seen) -> Asked:
        """What the detections say of records like this one."""
        kind: Hashable = (
            *(seen.product, seen.category, seen.action, seen.outcome, seen.verdict, seen.vendor_code),
            *(seen.vendor_action, seen.logon_type, seen.sensitive),
        )
        if seen.action == WEB:
            page = (seen.domain, seen.url_category, seen.app, seen.protocol, seen.destination_port, asks(seen.url))
            kind = (kind, page)
        found = self._asked.get(kind)
        if found is None or not found.since <= seen.at < found.until:
            if len(self._asked) >= _MOST:
                self._asked.clear()
            found = self._asked[kind] = self._ask(seen)
        return found

    def _ask(self, seen: Seen) -> Asked:
        policy = self._settings.policy_at(seen.at)
        page = page_of(seen) if seen.action == WEB else None
        below = {
            docket: passes_over(page, seen.at, self._reference, policy)
            for docket in self._dockets
            if page and (passes_over := docket.detection.passes_over)
        }
        return Asked(*self._unchanged(seen.at), policy, page, below, self._readers(seen))

    def _readers(self, seen: Seen) -> list[Docket]:
        """Of a sensitive record none reads more."""
        kind: Kind = kind_of(seen)
        asked = [(docket, docket.detection.reads) for docket in self.reading]
        return [] if seen.sensitive else [docket for docket, reads in asked if reads and reads(kind)]

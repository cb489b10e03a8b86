"""What a run has read, by source, and whether all of it arrived; printed for people or as JSON."""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from model.reference import Unread
from producers.entry import Entry
from producers.source import Source
from storage.client import Store
from storage.stored import Found, Stored, found, missing, missing_letters, stored

MOST_IDS = 20_000_000  # ids remembered (16 bytes each); beyond it, arrivals are counted and not looked up
_ID = slice(13, 45)  # in an event's line: {"event_id":"…


class _Letter(msgspec.Struct):
    dead_letter_id: str


class _Refused(msgspec.Struct):
    body: _Letter


_refused = msgspec.json.Decoder(_Refused)


class Ids:
    """Ids of 32 hexadecimal digits each, in 16 bytes each."""

    def __init__(self) -> None:
        self._halves = array("Q")

    def add(self, one: str | bytes) -> None:
        """Remember an id, while there are fewer than `MOST_IDS`."""
        if len(self._halves) < 2 * MOST_IDS:
            whole = int(one, 16)
            self._halves.append(whole >> 64)
            self._halves.append(whole & 0xFFFF_FFFF_FFFF_FFFF)

    def __iter__(self) -> Iterator[str]:
        for at in range(0, len(self._halves), 2):
            yield f"{self._halves[at]:016x}{self._halves[at + 1]:016x}"


@dataclass
class SourceTally:
    """One source. Records are `known + unrecognised + refused`; one record may give several events."""

    read: int = 0
    refused: int = 0
    unrecognised: int = 0
    events: int = 0
    dead_letters: int = 0
    stored: int = 0
    missing: int = 0


@dataclass
class Tally:
    """What passes through the producers of one run; `watch` is told of every record."""

    sources: dict[str, SourceTally] = field(default_factory=dict)
    before: dict[str, Stored] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)  # what could not be read of the tables, or is in doubt
    unpulled: list[str] = field(default_factory=list)  # what could not be fetched from a vendor, a sentence each
    unfinished: bool = False  # something that was read was still on its way at the end; the next run goes on
    _ids: dict[str, Ids] = field(default_factory=lambda: defaultdict(Ids), repr=False)
    _letters: dict[str, Ids] = field(default_factory=lambda: defaultdict(Ids), repr=False)

    def watch(self, source: Source, entry: Entry) -> None:
        """Count one record, and remember the ids of its events or dead letters."""
        tally = self.sources.setdefault(source.id, SourceTally())
        tally.read += 1
        tally.refused += bool(entry.refused)
        tally.dead_letters += len(entry.refused)
        tally.unrecognised += entry.unrecognised
        tally.events += len(entry.events)
        ids = self._ids[source.id]
        for line in entry.events:
            ids.add(line[_ID])
        for letter in entry.refused:
            self._letters[source.id].add(_refused.decode(letter.line).body.dead_letter_id)

    @property
    def read(self) -> int:
        """Records of all sources."""
        return sum(tally.read for tally in self.sources.values())

    @property
    def events(self) -> int:
        """Events of all sources."""
        return sum(tally.events for tally in self.sources.values())

    @property
    def lost(self) -> int:
        """Events and dead letters that were read and are not stored."""
        return sum(tally.missing for tally in self.sources.values())

    def compare(self, store: Store, district: str, stored_all: bool = True) -> None:
        """Look up what is stored. Where counts do not agree, all that this run sent is asked for by its ids.

        `stored_all`: nothing is on its way any more, so what is not there is missing.
        """
        now = stored(store, district)
        nothing = Stored(source_id="", events=0)
        for name in now.keys() | self.sources.keys():
            tally = self.sources.setdefault(name, SourceTally())
            after, before = now.get(name, nothing), self.before.get(name, nothing)
            tally.stored, tally.missing = after.events, 0
            if not stored_all:
                continue
            if tally.events and after.events - before.events != tally.events:
                tally.missing = len(missing(store, district, self._ids[name]))
            if tally.dead_letters and after.dead_letters - before.dead_letters != tally.dead_letters:
                tally.missing += len(missing_letters(store, district, self._letters[name]))
        self.found = found(store, district)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        counts = [asdict_of(one) for one in self.found]
        sources = {name: asdict(tally) for name, tally in sorted(self.sources.items())}
        return {
            "read": self.read,
            "lost": self.lost,
            "sources": sources,
            "found": counts,
            "unpulled": self.unpulled,
            "unread": [said for row in self.unread for said in row.said],
        }

    def show(self, console: Console) -> None:
        """For people."""
        table = Table("source", "read", "unrecognized", "refused", "events", "stored", "missing", title="What was read")
        for name, tally in sorted(self.sources.items()):
            cells = (tally.read, tally.unrecognised, tally.refused, tally.events, tally.stored, tally.missing)
            table.add_row(name, *(f"{cell:,}" for cell in cells))
        console.print(table)
        table = Table("detection", "status", "violations", title="What was found")
        for one in self.found:
            table.add_row(one.detection, one.status, f"{one.violations:,}")
        console.print(table)


def asdict_of(one: Found) -> dict[str, Any]:
    """A row of the summary as a dict."""
    return {"detection": one.detection, "status": one.status, "violations": one.violations}

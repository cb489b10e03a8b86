"""The ledger of an installation: its book, its key, its anchor, and the hand that notes what is stored."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import structlog

from model.event import format_at
from model.settings import Settings
from storage.ledger.book import Book
from storage.ledger.chain import Entry
from storage.ledger.keys import signer
from storage.ledger.leaves import hour_of
from storage.ledger.noting import Noter
from storage.ledger.sealing import Sealer, default_anchor

log = structlog.get_logger("ledger")
SETTLE_MS = 120_000  # an hour is sealed so long after it ended: the sink may be behind by then, and that is no harm


class Ledger:
    """Everything that notes and seals. Close it."""

    def __init__(self, home: Path, anchor: Path | None = None) -> None:
        self.book = Book(home)
        self.noter = Noter(self.book)
        self.sealer = Sealer(self.book, signer(home), anchor or default_anchor(home))
        self._sealed_before = ""

    def seal(self, districts: Iterable[str], at: datetime) -> list[Entry]:
        """Seal all that is noted of these districts, the open hour too."""
        return [entry for district in districts for entry in self.sealer.seal(district, format_at(at))]

    def seal_past_hours(self, at: datetime) -> None:
        """Seal the hours that are over; costs nothing where no hour has ended since the last call."""
        before = hour_of(round(at.timestamp() * 1000) - SETTLE_MS)
        if before == self._sealed_before:
            return
        for district in self.book.districts():
            self.sealer.seal(district, format_at(at), before)
        self._sealed_before = before

    def close(self) -> None:
        """Let the book go."""
        self.book.close()


def open_ledger(settings: Settings) -> Ledger:
    """The ledger in the home that the settings name."""
    anchor = Path(settings.ledger_anchor) if settings.ledger_anchor else None
    return Ledger(settings.hallmonitor_home, anchor)

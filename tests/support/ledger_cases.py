"""What the tests of the ledger share: a home, records that bear its mark, and a verification of what is stored."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event as Flag

from model.event import format_at
from model.keyring import Checker, Ring
from model.mark import Marker
from storage.block import Block
from storage.client import Store
from storage.gate import Gate
from storage.ledger.leaves import Place
from storage.ledger.ledger import Ledger
from storage.ledger.sealing import read_anchor
from storage.ledger.verify import HourReport
from storage.ledger.verifying import Asked, Outcome, Verifier
from storage.writer import Writer
from tests.support.storage_cases import DISTRICT, SENT_MS, Record

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)


def marked(ledger: Ledger, record: Record, marker: Marker | None = None) -> Record:
    """The record as our own judge would have sent it."""
    key = ring(ledger).key(record.topic)
    told = (key, record.topic, record.partition, record.key, list(record.headers), record.value)
    return record._replace(headers=(marker or Marker()).marked(*told))


def ring(ledger: Ledger) -> Ring:
    """The keys of the ledger's home."""
    return Ring(ledger.book.path.parents[1])


def store_marked(ledger: Ledger, store: Store, records: Sequence[Record]) -> Writer:
    """Write records as one block, as the sink does."""
    return store_all(ledger, store, [marked(ledger, record) for record in records])


def store_all(ledger: Ledger, store: Store, records: Sequence[Record]) -> Writer:
    """Read records as they are through a gate of its own, as a sink that has just begun, and write them."""
    writer = Writer(store, Flag(), ledger.noter)
    kept = Gate(ledger.book, Checker(ring(ledger))).part(records, SENT_MS)
    block = Block()
    block.add(kept.ours)
    block.set_aside(kept.strangers)
    writer.write(block)
    return writer


def seal(ledger: Ledger) -> None:
    """Seal all that is noted."""
    ledger.sealer.seal(DISTRICT, format_at(NOW))


def nobody_knows(_record_class: str, _partition: int, _places: list[Place]) -> dict[Place, str]:
    """A broker that has forgotten everything."""
    return {}


def verified(
    ledger: Ledger, store: Store, quick: bool = False, waiting: Callable[[], list[HourReport]] = list
) -> Outcome:
    """What `ledger verify` finds."""
    anchor = partial(read_anchor, ledger.sealer.anchor, DISTRICT)
    verifier = Verifier(store, ledger.book, ledger.sealer.signer.public, anchor, nobody_knows, waiting=waiting)
    return verifier.quick(Asked(DISTRICT)) if quick else verifier.full(Asked(DISTRICT), lambda: seal(ledger))


def wrong(outcome: Outcome) -> set[tuple[str, str, str]]:
    """Class, id and status of every row that is not as it was sealed."""
    return {(one.record_class, row.id, row.status) for one in outcome.hours for row in one.rows}


def home_ledger(home: Path) -> Ledger:
    """The ledger of a fresh home."""
    return Ledger(home)

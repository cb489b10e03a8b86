"""Lists, once, the decisions that an earlier release stored without a mark: those that are as the ledger has them."""

from collections.abc import Iterator
from contextlib import closing

import msgspec

from model.clock import now
from model.mark import made_once
from model.settings import Settings
from storage.client import Store
from storage.ledger.book import NAME
from storage.ledger.keys import FOLDER
from storage.ledger.ledger import Ledger, open_ledger
from storage.ledger.stored import DECISIONS, rows_of
from storage.ledger.verify import compare, seals, stretches
from storage.migrate import migrate
from storage.row_marks import EARLIER, SAID, Decided, digest

_rows = msgspec.json.Decoder(Decided)


def prepare(settings: Settings, store: Store) -> None:
    """Bring the tables to the newest schema. Raises MigrationChanged, NeedsReset, Unavailable."""
    migrate(store)
    done = settings.hallmonitor_home / EARLIER
    if store.marks is None or done.exists():
        return
    has_ledger = (settings.hallmonitor_home / FOLDER / NAME).exists()
    made_once(done, msgspec.json.encode(sorted(_earlier(settings, store)) if has_ledger else []))


def _earlier(settings: Settings, store: Store) -> Iterator[str]:
    with closing(open_ledger(settings)) as ledger:
        for district in ledger.book.districts():
            ledger.seal([district], now())
            good = set(_intact(store, ledger, district))
            yield from (digest(row) for row in _unmarked(store, district) if (row.version, row.event_id) in good)


def _unmarked(store: Store, district: str) -> Iterator[Decided]:
    sql = f"SELECT {', '.join(SAID)} FROM casework FINAL WHERE district = {{district:String}} AND mark = ''"
    for chunk in store.stream(sql, {"district": district}):
        yield from _rows.decode_lines(chunk)


def _intact(store: Store, ledger: Ledger, district: str) -> Iterator[tuple[int, str]]:
    """Version and id of each decision that fits its seal."""
    own = [one for one in seals(ledger.book, district) if one.body.record_class == DECISIONS and one.genuine]
    for together in stretches(own):
        first, last = min(one.body.first for one in together), max(one.body.last for one in together)
        rows = list(rows_of(store, district, DECISIONS, first, last))
        salts = {one.body.hour: ledger.book.salts(district, DECISIONS, one.body.hour) for one in together}
        compared = compare(together, rows, salts, {})
        wrong = {place for of_seal in compared.wrong.values() for place, _, _ in of_seal}
        extra = {(row.place, row.id) for row in compared.extra}
        yield from (
            (row.place.version, row.id) for row in rows if row.place not in wrong and (row.place, row.id) not in extra
        )

"""Lists, once, the rows that an earlier release stored without a mark: those that are as the ledger has them."""

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
from storage.ledger.stored import rows_of
from storage.ledger.verify import compare, seals, stretches
from storage.migrate import migrate
from storage.row_marks import BEARERS, Marked, Stated, digest, read_marked


def prepare(settings: Settings, store: Store) -> None:
    """Bring the tables to the newest schema. Raises MigrationChanged, NeedsReset, Unavailable."""
    migrate(store)
    if store.marks is None:
        return
    home = settings.hallmonitor_home
    for table, bearer in BEARERS.items():
        if not (home / bearer.earlier).exists():
            has_ledger = (home / FOLDER / NAME).exists()
            listed = sorted(_earlier(settings, store.marking(None), table)) if has_ledger else []
            made_once(home / bearer.earlier, msgspec.json.encode(listed))


def _earlier(settings: Settings, store: Store, table: str) -> Iterator[str]:
    with closing(open_ledger(settings)) as ledger:
        for district in ledger.book.districts():
            ledger.seal([district], now())
            good = set(_intact(store, ledger, district, table))
            yield from (digest(row) for row in _unmarked(store, district, table) if _key(row) in good)


def _key(row: Marked) -> tuple[int, int, str]:
    """Version, line and id, as the ledger names the row."""
    if isinstance(row, Stated):
        return row.version, row.log_line, f"{row.table}:{row.key}"
    return row.version, 0, row.event_id


def _unmarked(store: Store, district: str, table: str) -> Iterator[Marked]:
    columns = ", ".join(f"`{name}`" for name in BEARERS[table].said)
    sql = f"SELECT {columns} FROM {table} FINAL WHERE district = {{district:String}} AND mark = ''"
    for chunk in store.stream(sql, {"district": district}):
        yield from read_marked(table, chunk)


def _intact(store: Store, ledger: Ledger, district: str, table: str) -> Iterator[tuple[int, int, str]]:
    """Each row that fits its seal."""
    own = [one for one in seals(ledger.book, district) if one.body.record_class == table and one.genuine]
    for together in stretches(own):
        first, last = min(one.body.first for one in together), max(one.body.last for one in together)
        rows = list(rows_of(store, district, table, first, last))
        salts = {one.body.hour: ledger.book.salts(district, table, one.body.hour) for one in together}
        compared = compare(together, rows, salts, {})
        wrong = {place for of_seal in compared.wrong.values() for place, _, _ in of_seal}
        extra = {(row.place, row.id) for row in compared.extra}
        for row in rows:
            if row.place not in wrong and (row.place, row.id) not in extra:
                yield row.place.version, row.place.line, row.id

"""What is due is judged by decisions, violations and the district's tables: whether they are as they were sealed.

A decision, violation or fact that was removed or changed in the store may be the one that keeps another record.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from storage.client import Store
from storage.ledger.ledger import Ledger
from storage.ledger.sealing import read_anchor
from storage.ledger.stored import DECISIONS, FACTS, rows_of
from storage.ledger.verifying import Names, Outcome, Verifier

VIOLATIONS = "violations"


class Relied(NamedTuple):
    """Of which district it is asked. `names`: what the broker still calls rows that are no longer stored."""

    store: Store
    ledger: Ledger
    district: str
    names: Names

    @property
    def _verifier(self) -> Verifier:
        book, sealer = self.ledger.book, self.ledger.sealer
        anchor = partial(read_anchor, sealer.anchor, self.district)
        return Verifier(self.store, book, sealer.signer.public, anchor, self.names)

    def wrong_decisions(self) -> list[str]:
        """What is wrong with the chain and with decisions; a row that no seal knows destroys nothing, and is left out.

        Raises `Unavailable`.
        """
        found = self._verifier.sealed(self.district, [DECISIONS])
        return [*(one.says for one in found.faults), *_wrong(found, "")]

    def wrong_records(self, seal_open: Callable[[], object]) -> list[str]:
        """The same of violations and facts; with rows that pass for newer ones of a violation. Raises `Unavailable`."""
        verifier = self._verifier
        found = [verifier.sealed(self.district, [FACTS]), verifier.of_class(self.district, VIOLATIONS, seal_open)]
        wrong = [said for name, one in zip((FACTS, VIOLATIONS), found, strict=True) for said in _wrong(one, f"{name} ")]
        extra = Counter(row.id for hour in found[1].hours for row in hour.rows if row.status == "extra")
        return wrong + [f"{VIOLATIONS} {name} extra" for name in self._shadowed(extra)]

    def _shadowed(self, extra: Counter[str]) -> list[str]:
        """Ids that rows of ours bear, too: what nobody of ours stored may be taken for the violation as it is now."""
        rows = rows_of(self.store, self.district, VIOLATIONS, 0, None) if extra else ()
        stored = Counter(row.id for row in rows if row.id in extra)
        return sorted(name for name, times in stored.items() if times > extra[name])


def _wrong(found: Outcome, of: str) -> list[str]:
    wrong: list[str] = []
    for hour in found.hours:
        rows = [f"{of}{row.id} {row.status}" for row in hour.rows if row.status != "extra"]
        wrong += rows or ([f"{of}{hour.hour}: {hour.says}"] if hour.says else [])
    return wrong

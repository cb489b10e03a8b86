"""Which product wrote a log: its first records are read as each product's, and the one that knows most of them wins."""

from datetime import UTC, datetime
from itertools import islice
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from producers import watchdog
from producers.catalog import PRODUCTS
from producers.framing import frames
from producers.product import Context, Product, Refusal
from producers.reader import read
from producers.source import Source

RECORDS = 100  # so many of a log's first records are looked at
BYTES = 262_144  # and so many of its first bytes
_WRONG, _RIGHT = 0.05, 0.5  # a product that knows at most the one, where another knows at least the other, is wrong
_LIKELY = 0.1
_ANY = Context(ZoneInfo("UTC"), datetime(2026, 1, 1, tzinfo=UTC))  # when it happened does not matter here

Confidence = Literal["high", "medium", "low"]


class Guess(NamedTuple):
    """What one product makes of the first records: `known` have a meaning to it, `refused` it cannot read at all."""

    product: str
    records: int
    known: int
    refused: int

    @property
    def share(self) -> float:
        """Of the records, how many are known (0 to 1)."""
        return self.known / self.records if self.records else 0.0


def guess(log: bytes) -> list[Guess]:
    """The products that know any of the first records of `log` (its first `BYTES` are enough), the best first."""
    found = [as_product(product, log) for product in PRODUCTS.values()]
    return sorted((one for one in found if one.known), key=lambda one: (-one.share, one.refused, one.product))


def as_product(product: Product, log: bytes) -> Guess:
    """What `product` makes of the first records of `log`; one that takes too long is refused (`watchdog`)."""
    watchdog.start()
    records = known = refused = 0
    for _, _, parsed, _ in islice(read(product, frames([log[:BYTES]], product.framing), _ANY, "", ""), RECORDS):
        records += 1
        if isinstance(parsed, Refusal):
            refused += 1
        else:
            known += any(event.action != "record.unrecognised" for event in parsed)
    return Guess(product.name, records, known, refused)


def untimely(source: Source, log: bytes) -> str | None:
    """A time (UTC) of a log's first records, where the known receipt makes half of their times bad; else None."""
    watchdog.start()
    context = Context(source.timezone, source.received_at or _ANY.received_at)
    found = read(source.product, frames([log[:BYTES]], source.product.framing), context, "", "", source.received_at)
    parsed = [events for _, _, events, _ in islice(found, RECORDS) if not isinstance(events, Refusal)]
    dated = [event for events in parsed for event in events if event.time_quality != "received"]
    bad = [event.occurred_at for event in dated if event.time_quality == "bad"]
    return bad[0] if bad and len(bad) >= _RIGHT * len(dated) else None


def confidence(guesses: list[Guess]) -> Confidence | None:
    """How sure the first of `guesses` is: it knows half of the records and twice as many as the next; a tenth."""
    if not guesses:
        return None
    best, next_best = guesses[0].share, guesses[1].share if len(guesses) > 1 else 0.0
    if best >= _RIGHT and best >= 2 * next_best:
        return "high"
    return "medium" if best >= _LIKELY and best > next_best else "low"


def instead_of(name: str, log: bytes) -> tuple[Guess, Guess] | None:
    """What the product `name` and a better one make of `log`, where `name` is almost certainly wrong; else None."""
    own = as_product(PRODUCTS[name], log)
    if not log or own.share > _WRONG:
        return None
    best = next(iter(guess(log)), None)
    return (own, best) if best and best.share >= _RIGHT and best.product != name else None

"""How fast a product's records are read on one core: framing, parser, id and encoding, as the bench reports it."""

import time
from collections.abc import Callable
from typing import NamedTuple

from model.event import encode_event
from producers.framing import frames
from producers.product import Context, Product, Refusal
from producers.reader import read


class Measured(NamedTuple):
    """What one pass over the bytes took (CPU seconds of this process) and gave."""

    records: int
    events: int
    refused: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Records per second of one core."""
        return self.records / self.seconds if self.seconds else 0.0


def measure(product: Product, log: bytes, context: Context, clock: Callable[[], float] = time.process_time) -> Measured:
    """Reads `log` once, as a transport would: cut, struck, parsed, numbered, encoded."""
    records = events = refused = 0
    began = clock()
    chunks = (log[at : at + 1_000_000] for at in range(0, len(log), 1_000_000))
    for _, _, parsed, _ in read(product, frames(chunks, product.framing), context, "bench", "bench"):
        records += 1
        if isinstance(parsed, Refusal):
            refused += 1
            continue
        for event in parsed:
            encode_event(event)
            events += 1
    return Measured(records, events, refused, clock() - began)

"""`python -m bench.products [PRODUCT ...]`: how many records of each product one core reads, made of its own samples.

A log is the product's samples in turn, under the heading most of them have, until there are enough of them. Seconds are
CPU seconds of this process; on a machine whose cores are shared they count less, so compare rows of one run.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from producers.catalog import PRODUCTS
from producers.measure import Measured, measure
from producers.product import Context, Product

SAMPLES = Path(__file__).parents[1] / "producers"
RECORDS = 10_000
ROUNDS = 3
_CONTEXT = Context(ZoneInfo("America/Chicago"), datetime(2026, 3, 5, 12, tzinfo=UTC))


def log_of(name: str) -> bytes:
    """At least `RECORDS` records of the product."""
    samples = [json.loads(path.read_text()) for path in sorted((SAMPLES / name / "samples").glob("*.json"))]
    headings = [sample["heading"] for sample in samples if sample.get("heading")]
    heading = max(headings, key=headings.count) if headings else ""
    records = [_record(sample) for sample in samples if sample.get("heading", heading) == heading]
    whole = b"\n".join(record for record in records if record) + b"\n"
    return heading.encode() + b"\n" * bool(heading) + whole * -(-RECORDS // len(records))


def _record(sample: dict[str, Any]) -> bytes:
    """A sample as a record of a text log; nothing where it is refused, or not text."""
    return b"" if "refused" in sample else str(sample.get("input", "")).encode()


def best_of(product: Product, log: bytes) -> Measured:
    """The fastest of `ROUNDS` passes."""
    return max((measure(product, log, _CONTEXT) for _ in range(ROUNDS)), key=lambda found: found.per_second)


def main(names: list[str]) -> None:
    """Print a row per product: records per CPU-second, bytes of a record."""
    for name in names or sorted(PRODUCTS):
        log = log_of(name)
        found = best_of(PRODUCTS[name], log)
        print(f"{name:18}{found.per_second:>10,.0f} records/CPU-s{len(log) / found.records:>8,.0f} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])

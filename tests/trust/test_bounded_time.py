"""No record costs more than its length: each mark that grammars are made of, repeated, at every place of every sample.

Run by `make test-hostile`. Times are of this process alone; what is asked is how they grow, so a slow machine passes.
"""

import base64
import json
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from producers.catalog import PRODUCTS
from producers.product import Context, Product

pytestmark = pytest.mark.hostile

ROOT = Path(__file__).parents[2] / "producers"
CONTEXT = Context(ZoneInfo("America/New_York"), datetime(2026, 3, 5, 11, tzinfo=UTC))
MARKS = [
    b" ", b"\t", b'"', b'" ', b"'", b",", b", ", b"=", b"a=", b' a="', b"<", b">", b"> <", b"(", b")", b"[",
    b"] [", b":", b": ", b";", b"/", b"\\", b"|", b".", b"-", b"%", b"@", b"{", b'{"', b"1", b"1.", b"1:", b"a", b"a ",
    b"A_", b"\xc3\xa9", b"\n", b"\0", b"> IP <", b", IP = ", b": user = ", b", User: ", b"/1.1.1.1:1 ", b" A/b ",
    b'" 200 1 ', b" from ", b"1 port ", b"<Data>", b"<13>", b"/CN=", b"user=",
]  # fmt: skip
SLOW = 0.02  # seconds; what is done sooner is not looked at any closer
LONGEST = 0.5  # seconds that any record of 64 KB may take
QUICK = LONGEST / 1_000  # for 7 KB: it would have to grow with more than the cube to take too long for 64 KB
PLACES = 6  # of a sample, at most
TURNS = 2  # a mark is put into every second sample, and the next mark into the others


@cache
def samples(name: str) -> list[bytes]:
    """The records of a product's samples."""
    found = [json.loads(path.read_text()) for path in sorted((ROOT / name / "samples").glob("*.json"))]
    return [base64.b64decode(one["input_base64"]) if "input_base64" in one else one["input"].encode() for one in found]


def places(record: bytes) -> list[tuple[bytes, bytes]]:
    """What stands before and behind some of the record's words."""
    ends = [at for at in range(1, len(record)) if record[at : at + 1] in b" ,=:;\"'<>()[]/|"]
    chosen = ends[:: max(1, len(ends) // PLACES)]
    return [(b"", record), *((record[:at], record[at:]) for at in chosen), (record, b"")]


def seconds(product: Product, record: bytes) -> float:
    """The best of two, so that another process is not counted."""
    took = []
    for _ in range(2):
        began = time.process_time()
        if product.strike:
            product.strike(record)
        product.parse(record, CONTEXT)
        took.append(time.process_time() - began)
        if took[0] < SLOW:
            break
    return min(took)


def grows_too_fast(product: Product, before: bytes, mark: bytes, behind: bytes) -> str | None:
    """Why a record is too slow: a doubling of its length more than trebles the time, or 64 KB take too long."""

    def took(size: int) -> float:
        return seconds(product, before + mark * (size // len(mark)) + behind)

    if (short := took(7_000)) > SLOW and short > 3 * took(3_500):
        return f"{short:.3f} s for 7 KB, and it grows faster than the record"
    if short < QUICK:
        return None
    return f"{long:.3f} s for 64 KB" if (long := took(65_536)) > LONGEST else None


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("name", PRODUCTS)
def test_no_record_takes_more_time_than_its_length_allows(name: str, mark: bytes) -> None:
    product = PRODUCTS[name]
    slow = {
        before[-60:]: why
        for record in samples(name)[MARKS.index(mark) % TURNS :: TURNS] or samples(name)
        for before, behind in places(record)
        if (why := grows_too_fast(product, before, mark, behind))
    }
    assert slow == {}

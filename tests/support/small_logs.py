"""Small logs of one product for tests of what reads them: squid lines whose time and number can be told apart."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from model.batch import Batch
from model.codec import split_lines
from model.event import Event
from producers.catalog import PRODUCTS
from producers.source import Source

START = 1_772_636_400  # 2026-03-04T15:00:00Z


def squid_line(number: int, at: float = START) -> bytes:
    """One request, `number` in its URL, at `at` (s since the epoch)."""
    url = b"http://site%d.example/" % number
    return b"%.3f     45 10.4.2.7 TCP_MISS/200 1234 GET %s pat HIER_DIRECT/203.0.113.5 text/html\n" % (at, url)


def squid_log(count: int, at: float = START, every: float = 1.0, first: int = 0) -> bytes:
    """`count` requests, one `every` seconds."""
    return b"".join(squid_line(first + n, at + n * every) for n in range(count))


def squid_source(folder: Path, source_id: str = "proxy", listen: str | None = None) -> Source:
    """A source of squid lines under `folder`/logs."""
    place = folder / "logs" / source_id
    place.mkdir(parents=True, exist_ok=True)
    product = PRODUCTS["squid"]
    lateness_ms = int(timedelta(minutes=5).total_seconds() * 1000)
    return Source("maple-falls", source_id, product, ZoneInfo("UTC"), lateness_ms, place, None, listen)


def events_of(batches: Iterable[Batch]) -> list[Event]:
    """The events of all batches, in their order."""
    lines = [line for batch in batches if batch.kind == "events" for line in split_lines(batch.body)]
    return [msgspec.json.decode(line, type=Event) for line in lines]


def numbers_of(batches: Iterable[Batch]) -> list[int]:
    """Which requests came out, by the number in their URL."""
    return [int((event.domain or "").removeprefix("site").removesuffix(".example")) for event in events_of(batches)]

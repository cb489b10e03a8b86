"""Trial: how many records of each product one core reads: cut, struck, parsed, numbered, encoded."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bench.district import District
from bench.figure import Figure, NotFound
from producers import measure as reading
from producers.catalog import PRODUCTS
from producers.product import Context

TARGETS = {"squid": 50_000, "cisco_asa": 50_000, "windows_security": 25_000}
RECORDS = 20_000  # at least so many a product: its log is repeated until there are
ROUNDS = 3


def measure(district: District, sources: dict[str, str]) -> list[Figure]:
    """A figure per source; `sources` maps its folder to its product."""
    return [_one(district, source, product) for source, product in sources.items()]


def _one(district: District, source: str, name: str) -> Figure:
    files = sorted((district.folder / "logs" / source).iterdir())
    log = b"".join(path.read_bytes() for path in files)
    lines = max(log.count(b"\n"), 1)
    log *= max(1, RECORDS // lines)
    context = Context(ZoneInfo("America/Chicago"), datetime(2026, 2, 4, 12, tzinfo=UTC))
    found = sorted((reading.measure(PRODUCTS[name], log, context) for _ in range(ROUNDS)), key=lambda m: m.per_second)
    middle = found[ROUNDS // 2]
    if middle.refused > middle.records // 1000 or not middle.events:
        raise NotFound(f"{source}: {middle.refused} of {middle.records} records refused, {middle.events} events")
    least = TARGETS.get(name) if files[0].suffix != ".xml" else None
    note = f"{middle.records:,} records of {len(log) / middle.records:.0f} bytes, {middle.refused} refused"
    return Figure(
        "parse", f"{name} ({files[0].suffix[1:]}, {source})", middle.per_second, "records/CPU-s", least, note=note
    )
